using System.Globalization;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;

namespace Marquee.App.Mirror;

/// <summary>
/// The mirrored journals. Partition = PoP: <c>state|node|life</c>, <c>terminal|node|life|id</c>, <c>entry|node|life|number</c>. Entries and what
/// they prove are written in one transaction, under the state's ETag.
/// </summary>
public sealed class MirrorStore(MarqueeTables tables)
{
    private const int MaxRows = 100;

    private readonly TableClient _table = tables.Mirror;

    public async Task<(MirrorState State, TableEntity? Row)> FindAsync(ChainOwner owner, CancellationToken cancellationToken)
    {
        var row = await _table.FindAsync(owner.PopId, StateKey(owner), cancellationToken);
        return (row?.Read<MirrorState>() ?? Empty(owner), row);
    }

    public Task<IReadOnlyList<MirrorState>> StatesAsync(string popId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<MirrorState>(popId, "state|", cancellationToken);

    public Task<IReadOnlyList<TerminalMirror>> TerminalsAsync(ChainOwner owner, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<TerminalMirror>(owner.PopId, Prefix("terminal", owner), cancellationToken);

    /// <summary>The newest life of a node that is known; 0 when none.</summary>
    public async Task<int> NewestLifeAsync(ChainOwner owner, CancellationToken cancellationToken)
    {
        var states = await _table.ReadAllAsync<MirrorState>(owner.PopId, $"state|{owner.Node}|", cancellationToken);
        return states.Count == 0 ? 0 : states.Max(state => state.Life);
    }

    /// <exception cref="Azure.RequestFailedException">409 or 412: another host was first; nothing is stored.</exception>
    public async Task AddAsync(
        MirrorState state, TableEntity? read, IReadOnlyList<PlacedEntry> placed, IEnumerable<MirroredEntry> entries, IEnumerable<TerminalMirror> terminals,
        CancellationToken cancellationToken)
    {
        List<TableTransactionAction> actions = [State(state, read), .. terminals.Select(terminal => Put(state.Owner, terminal))];
        foreach (var (mirrored, entry) in entries.Zip(placed))
        {
            var row = new TableEntity(state.PopId, $"{Prefix("entry", state.Owner)}{mirrored.Number.ToString("D12", CultureInfo.InvariantCulture)}")
            {
                ["Decision"] = entry.Entry.Decision.ToString(),
                ["TerminalId"] = entry.Entry.TerminalId,
                ["OrderId"] = entry.Entry.OrderId,
                ["At"] = entry.At,
                ["Entry"] = mirrored.Entry,
            };
            actions.Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, row));
        }

        await _table.SubmitTransactionAsync(actions, cancellationToken);
    }

    /// <summary>Notes what a till claims. Not one transaction when there are many terminals: a repeat completes it.</summary>
    public async Task ClaimAsync(MirrorState state, TableEntity? read, IEnumerable<TerminalMirror> terminals, CancellationToken cancellationToken)
    {
        foreach (var some in terminals.Select(terminal => Put(state.Owner, terminal)).Chunk(MaxRows))
        {
            await _table.SubmitTransactionAsync(some, cancellationToken);
        }

        await _table.SubmitTransactionAsync([State(state, read)], cancellationToken);
    }

    private static MirrorState Empty(ChainOwner owner) => new()
    {
        PopId = owner.PopId,
        Node = owner.Node,
        Life = owner.Life,
        Proved = new JournalHead(0, HashChain.TillStart(owner)),
        ProvedAt = DateTimeOffset.MinValue,
    };

    private static TableTransactionAction State(MirrorState state, TableEntity? read)
    {
        var row = Rows.Of(state.PopId, StateKey(state.Owner), state);
        return read is null
            ? new(TableTransactionActionType.Add, row)
            : new(TableTransactionActionType.UpdateReplace, row, read.ETag);
    }

    private static TableTransactionAction Put(ChainOwner owner, TerminalMirror terminal) =>
        new(TableTransactionActionType.UpsertReplace, Rows.Of(owner.PopId, Prefix("terminal", owner) + terminal.TerminalId, terminal));

    private static string StateKey(ChainOwner owner) => Prefix("state", owner).TrimEnd('|');

    private static string Prefix(string kind, ChainOwner owner) => string.Create(CultureInfo.InvariantCulture, $"{kind}|{owner.Node}|{owner.Life:D4}|");
}
