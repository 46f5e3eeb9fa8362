using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

/// <summary>
/// Hands the journal to the cloud: every entry once, in order, through the outbox; and from time to time where its chains stand, so that the
/// cloud can prove that it has everything. An outbox that fills is left to the sales' own facts: the journal keeps its entries and they follow.
/// </summary>
internal sealed partial class MirrorFeed(EdgeStore store, TillJournal journal, Outbox outbox, TimeProvider time, ILogger<MirrorFeed> logger) : BackgroundService
{
    /// <summary>The facts' own stream: money does not wait behind its mirror.</summary>
    public const string Stream = "journal";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastBetweenHeads = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private (int Life, long Number, long Timestamp)? _asked;

    /// <summary>Mirrors what is new and says where the chains stand when <paramref name="withHeads"/> or when it is time to.</summary>
    public async Task RunOnceAsync(bool withHeads = false)
    {
        while (await store.WriteAsync(MirrorSome).ConfigureAwait(false) == JournalMirrored.MaxEntries)
        {
        }

        await store.WriteAsync(tx => SayHeads(tx, withHeads)).ConfigureAwait(false);
    }

    /// <summary>How long ago the heads with this count were said; null when they were not, or by another process.</summary>
    public TimeSpan? SinceAsked(int life, long number)
    {
        lock (_gate) return _asked is { } asked && (asked.Life, asked.Number) == (life, number) ? time.GetElapsedTime(asked.Timestamp) : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (Microsoft.Data.Sqlite.SqliteException e)
            {
                // A full disk: the entries are in the journal and wait.
                LogFailed(logger, e);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private int MirrorSome(EdgeTransaction tx)
    {
        if (outbox.Room(tx) < outbox.Capacity / 2) return 0;
        var owner = journal.Owner(tx);
        var links = JournalRows.After(tx, owner.Life, MirrorProgress.Find(tx, owner.Life).Mirrored, JournalMirrored.MaxEntries);
        if (links.Count == 0) return 0;
        outbox.Append(tx, Stream, new JournalMirrored
        {
            Node = owner.Node,
            Life = owner.Life,
            Entries = [.. links.Select(link => new MirroredEntry(link.Number, link.Entry, link.TerminalHead, link.TillHead))],
        });
        MirrorProgress.SetMirrored(tx, owner.Life, links[^1].Number);
        return links.Count;
    }

    private void SayHeads(EdgeTransaction tx, bool always)
    {
        var owner = journal.Owner(tx);
        if (JournalRows.Last(tx, owner.Life) is not { } last) return;
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var isNew = _asked is not { } asked || (asked.Life, asked.Number) != (owner.Life, last.Number);
            var isTime = _asked is null || time.GetElapsedTime(_asked.Value.Timestamp, now) >= LeastBetweenHeads;
            var isProved = MirrorProgress.Find(tx, owner.Life).Proved >= last.Number;
            if (!always && !(isTime && (isNew || !isProved))) return;
        }

        if (outbox.Room(tx) < outbox.Capacity / 2) return;
        var heads = JournalRows.Heads(tx, owner.Life);
        outbox.Append(tx, Stream, new JournalHeads
        {
            Node = owner.Node,
            Life = owner.Life,
            Till = new JournalHead(last.Number, last.TillHead),
            Terminals = heads.Take(JournalHeads.MaxTerminals).ToDictionary(head => head.Key, head => new JournalHead(head.Value.Sequence, head.Value.Hash)),
        });
        lock (_gate) _asked = (owner.Life, last.Number, now);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal could not be mirrored; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
