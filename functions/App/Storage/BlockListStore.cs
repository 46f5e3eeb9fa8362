using Azure;
using Azure.Data.Tables;
using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>What a PoP last said of a card: that it owes there, or that it does no more. The fact's sequence and time order what it says.</summary>
public sealed record CardStanding(string Card, string PopId, bool IsBlocked, long Sequence, DateTimeOffset Since);

/// <summary>All cards that owe anywhere at the host's PoPs, as of a version that every change of them raises.</summary>
public sealed record BlockedCards(long Version, IReadOnlyList<CardStanding> Standings)
{
    /// <summary>
    /// What a PoP is told: the cards that owe at others, the newest debts first, and how many there was no room for. What a card owes at the PoP
    /// itself it knows, and knows sooner when it is paid.
    /// </summary>
    public ConfigureBlockList For(string popId)
    {
        var others = Standings
            .Where(standing => standing.PopId != popId)
            .OrderByDescending(standing => standing.Since)
            .Select(standing => standing.Card)
            .Distinct()
            .ToList();
        return new ConfigureBlockList([.. others.Take(ConfigureBlockList.MaxCards)], Math.Max(0, others.Count - ConfigureBlockList.MaxCards));
    }
}

/// <summary>
/// Cards that owe, by fingerprint, of the whole host in one partition, with the version that every change raises in the same transaction; and
/// which version each PoP was sent.
/// </summary>
public sealed class BlockListStore(MarqueeTables tables)
{
    private const string Partition = "_cards";
    private const string Head = "head";
    private const string Version = "Version";
    private const string SentAt = "SentAt";

    /// <summary>Writers are the sessions of a host's PoPs, each one at a time; a conflict past this many tries is a bug.</summary>
    private const int MaxAttempts = 50;

    private readonly TableClient _table = tables.BlockList;

    /// <summary>Takes what a PoP says of a card, unless it has said something newer since.</summary>
    public async Task PutAsync(CardStanding standing, CancellationToken cancellationToken)
    {
        var key = $"card|{standing.Card}|{standing.PopId}";
        for (var attempt = 1; ; attempt++)
        {
            // The head first: whoever reads a card that is newer than it fails at the head.
            var head = await _table.FindAsync(Partition, Head, cancellationToken);
            var known = await _table.FindAsync(Partition, key, cancellationToken);
            // A till that lost its disk counts from 1 again, later.
            if (known?.Read<CardStanding>() is { } said && said.Sequence >= standing.Sequence && said.Since >= standing.Since) return;
            var next = new TableEntity(Partition, Head) { [Version] = (head?.GetInt64(Version) ?? 0) + 1 };
            TableTransactionAction[] changes =
            [
                new(TableTransactionActionType.UpsertReplace, Rows.Of(Partition, key, standing)),
                head is null ? new(TableTransactionActionType.Add, next) : new(TableTransactionActionType.UpdateReplace, next, head.ETag),
            ];
            try
            {
                await _table.SubmitTransactionAsync(changes, cancellationToken);
                return;
            }
            catch (RequestFailedException failure) when (failure.IsConflict() && attempt < MaxAttempts)
            {
                // Another PoP's fact came first.
            }
        }
    }

    /// <summary>0 while no card ever owed.</summary>
    public async Task<long> VersionAsync(CancellationToken cancellationToken) =>
        (await _table.FindAsync(Partition, Head, cancellationToken))?.GetInt64(Version) ?? 0;

    public async Task<BlockedCards> ReadAsync(CancellationToken cancellationToken)
    {
        // The version first: cards that are newer than it belong to a version that will be sent as well.
        var version = await VersionAsync(cancellationToken);
        var standings = await _table.ReadAllAsync<CardStanding>(Partition, "card|", cancellationToken);
        return new BlockedCards(version, [.. standings.Where(standing => standing.IsBlocked)]);
    }

    /// <summary>Which version each PoP was sent last, and when.</summary>
    public async Task<IReadOnlyDictionary<string, (long Version, DateTimeOffset At)>> SentAsync(CancellationToken cancellationToken)
    {
        var sent = new Dictionary<string, (long, DateTimeOffset)>();
        await foreach (var row in _table.WithPrefixAsync(Partition, "sent|", cancellationToken))
            sent[row.RowKey["sent|".Length..]] = (row.GetInt64(Version)!.Value, row.GetDateTimeOffset(SentAt)!.Value);
        return sent;
    }

    /// <summary>A wrong one does no harm: the same version again changes nothing at a PoP, and one that was missed is sent again in time.</summary>
    public Task PutSentAsync(string popId, long version, DateTimeOffset at, CancellationToken cancellationToken) =>
        _table.PutAsync(new TableEntity(Partition, $"sent|{popId}") { [Version] = version, [SentAt] = at }, cancellationToken);

    /// <summary>Forgets cards that owe nothing any more, long after the last of their facts can come again.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (var row in _table.WithPrefixAsync(Partition, "card|", cancellationToken))
        {
            if (row.Read<CardStanding>() is { IsBlocked: false } standing && standing.Since < before)
                await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
    }
}
