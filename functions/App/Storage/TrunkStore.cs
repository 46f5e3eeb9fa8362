using Azure;
using Azure.Data.Tables;
using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>One end of a link.</summary>
/// <param name="Bind">Local address and port.</param>
/// <param name="Interface">The network interface to leave by; null: as the routes say.</param>
/// <param name="Address">Where the other end reaches it; null when it is behind NAT and calls itself.</param>
public sealed record TrunkLinkEnd(string Bind, string? Interface, string? Address);

/// <summary>A link between two PoPs; <see cref="First"/> is the end at the PoP whose id sorts first.</summary>
public sealed record TrunkLinkPlan(string Name, int Weight, TrunkLinkEnd First, TrunkLinkEnd Second);

/// <summary>The trunk between two PoPs, keys included. Each change raises the version, removal too: a PoP takes the newest.</summary>
public sealed record TrunkDocument
{
    /// <summary>The PoP whose id sorts first.</summary>
    public required string FirstPopId { get; init; }

    public required string SecondPopId { get; init; }

    public required long Version { get; init; }

    /// <summary>None: the trunk has been removed.</summary>
    public required IReadOnlyList<TrunkLinkPlan> Links { get; init; }

    public required TrunkSpread Spread { get; init; }

    public required IReadOnlyDictionary<string, TrunkSpread> EventSpreads { get; init; }

    public required int LatencyBudgetMilliseconds { get; init; }

    public required IReadOnlyList<TrunkSecret> Keys { get; init; }

    public required DateTimeOffset KeyedAt { get; init; }

    /// <summary>The trunk as one of its PoPs is told of it.</summary>
    public ConfigureTrunk For(string popId)
    {
        var isFirst = popId == FirstPopId;
        return new ConfigureTrunk
        {
            NeighbourPopId = isFirst ? SecondPopId : FirstPopId,
            Links =
            [
                .. Links.Select((link, id) =>
                {
                    var (ours, theirs) = isFirst ? (link.First, link.Second) : (link.Second, link.First);
                    return new TrunkLink(id, link.Name, ours.Bind, ours.Interface, theirs.Address, link.Weight);
                }),
            ],
            Keys = Keys,
            Spread = Spread,
            EventSpreads = EventSpreads,
            LatencyBudgetMilliseconds = LatencyBudgetMilliseconds,
        };
    }
}

/// <summary>The trunks, in one partition of the venues' table, next to the PoPs.</summary>
public sealed class TrunkStore(MarqueeTables tables)
{
    private const string Partition = "_trunks";

    /// <summary>Writers are an operator or two; a conflict past this many tries is a bug.</summary>
    private const int MaxAttempts = 20;

    private readonly TableClient _table = tables.Venues;

    public async Task<TrunkDocument?> FindAsync(string popId, string otherPopId, CancellationToken cancellationToken) =>
        (await _table.FindAsync(Partition, Row(popId, otherPopId), cancellationToken))?.Read<TrunkDocument>();

    public Task<IReadOnlyList<TrunkDocument>> ListAsync(CancellationToken cancellationToken) =>
        _table.ReadAllAsync<TrunkDocument>(Partition, "", cancellationToken);

    /// <summary>Writes what <paramref name="change"/> makes of the trunk as it is, null when there is none; null from it writes nothing.</summary>
    public async Task<TrunkDocument?> ChangeAsync(
        string popId, string otherPopId, Func<TrunkDocument?, TrunkDocument?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var row = await _table.FindAsync(Partition, Row(popId, otherPopId), cancellationToken);
            var changed = change(row?.Read<TrunkDocument>());
            if (changed is null)
            {
                return null;
            }

            try
            {
                var next = Rows.Of(Partition, Row(popId, otherPopId), changed);
                await (row is null
                    ? _table.AddEntityAsync(next, cancellationToken)
                    : _table.UpdateEntityAsync(next, row.ETag, TableUpdateMode.Replace, cancellationToken));
                return changed;
            }
            catch (RequestFailedException failure) when (failure.IsConflict() && attempt < MaxAttempts)
            {
                // Somebody else changed it in between.
            }
        }
    }

    private static string Row(string popId, string otherPopId) =>
        string.CompareOrdinal(popId, otherPopId) < 0 ? $"{popId}|{otherPopId}" : $"{otherPopId}|{popId}";
}
