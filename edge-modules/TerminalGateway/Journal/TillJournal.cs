using Marquee.Domain.Journals;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

/// <summary>
/// The till's decisions, appended in the transaction of the change that they decide and therefore on disk before anybody hears of them.
/// </summary>
internal sealed class TillJournal(EdgeSettings edge, GatewaySettings settings, TimeProvider time)
{
    private long _lastNumber;

    /// <summary>Called on the writer's thread after entries are on disk: be quick.</summary>
    public event Action? Appended;

    /// <summary>The newest entry of this process that is on disk; 0 when it wrote none yet.</summary>
    public long LastNumber => Interlocked.Read(ref _lastNumber);

    /// <summary>Chains an entry to its terminal's and the till's and returns where it stands.</summary>
    public PlacedEntry Append(EdgeTransaction tx, JournalEntry entry)
    {
        var owner = Owner(tx);
        var ends = ChainEnds.Of(tx, owner.Life);
        var till = ends.Till(tx);
        var terminal = ends.Terminal(tx, entry.TerminalId);
        // Never older than the entry before it, whatever the clock says.
        var now = time.GetUtcNow();
        var placed = new PlacedEntry((till?.Number ?? 0) + 1, (terminal?.Sequence ?? 0) + 1, till?.At > now ? till.At : now, entry);
        var bytes = CanonicalEntry.Write(placed);
        var head = HashChain.Next(terminal?.TerminalHead ?? HashChain.TerminalStart(owner, entry.TerminalId), bytes);
        var tillHead = HashChain.Next(till?.TillHead ?? HashChain.TillStart(owner), head);
        JournalRows.Insert(tx, owner.Life, placed, new ChainLink(placed.Number, bytes, head, tillHead));
        ends.Extend(entry.TerminalId, new LastRow(placed.Number, placed.Sequence, placed.At, head, tillHead));
        tx.OnCommitted(() =>
        {
            Interlocked.Exchange(ref _lastNumber, placed.Number);
            Appended?.Invoke();
        });
        return placed;
    }

    /// <summary>Whose chain this store is writing now.</summary>
    public ChainOwner Owner(EdgeReader reader) => new(edge.PopId, settings.Node, (int)reader.Number("SELECT max(life) FROM journal_lives"));
}
