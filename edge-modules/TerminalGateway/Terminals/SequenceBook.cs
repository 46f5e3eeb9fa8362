using System.Collections.Concurrent;
using System.Globalization;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>A run of numbers that a terminal left out.</summary>
internal sealed record SequenceGap(long First, long Last, DateTimeOffset NotedAt);

/// <summary>How far each terminal has counted its requests: decided in memory, remembered in the store.</summary>
internal sealed class SequenceBook(EdgeStore store, Outbox outbox, GatewaySettings settings, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, SequenceWindow> _windows = new(StringComparer.Ordinal);

    /// <summary>Takes a request's number. The ticket, when there is one, is to be recorded with what the request does.</summary>
    public (SequenceVerdict Verdict, SequenceTicket? Ticket) Take(string terminalId, long sequence, byte[] contentHash)
    {
        var (verdict, entry) = Window(terminalId).Take(sequence, contentHash);
        return (verdict, entry is null ? null : new SequenceTicket(entry, tx => Record(tx, terminalId, entry)));
    }

    /// <summary>The last number that the terminal used; 0 when none.</summary>
    public long LastOf(string terminalId) => Window(terminalId).Last;

    public static IReadOnlyList<SequenceGap> Gaps(EdgeReader reader, string terminalId, int max) => reader.Query(
        "SELECT first, last, noted_at FROM terminal_gaps WHERE terminal_id=$id ORDER BY first DESC LIMIT $max",
        row => new SequenceGap(row.GetInt64(0), row.GetInt64(1), DateTimeOffset.ParseExact(row.GetString(2), "O", CultureInfo.InvariantCulture)),
        ("$id", terminalId),
        ("$max", max));

    /// <summary>When the terminal last signed a request; null when never.</summary>
    public static DateTimeOffset? LastSeen(EdgeReader reader, string terminalId) =>
        reader.QueryFirst("SELECT seen_at FROM terminal_requests WHERE terminal_id=$id ORDER BY sequence DESC LIMIT 1", row => row.GetString(0), ("$id", terminalId)) is { } at
            ? DateTimeOffset.ParseExact(at, "O", CultureInfo.InvariantCulture)
            : null;

    private void Record(EdgeTransaction tx, string terminalId, SequenceEntry entry)
    {
        var now = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        tx.Execute(
            """
            INSERT INTO terminal_requests(terminal_id, slot, sequence, content_hash, seen_at) VALUES($id, $slot, $sequence, $hash, $now)
            ON CONFLICT(terminal_id, slot) DO UPDATE SET sequence=$sequence, content_hash=$hash, seen_at=$now WHERE sequence<$sequence
            """,
            ("$id", terminalId),
            ("$slot", SequenceWindow.SlotOf(entry.Sequence)),
            ("$sequence", entry.Sequence),
            ("$hash", entry.ContentHash),
            ("$now", now));
        if (entry.GapFirst == 0) return;
        var noted = tx.Execute(
            "INSERT INTO terminal_gaps(terminal_id, first, last, noted_at) VALUES($id, $first, $last, $now) ON CONFLICT DO NOTHING",
            ("$id", terminalId),
            ("$first", entry.GapFirst),
            ("$last", entry.Sequence - 1),
            ("$now", now));
        // A terminal that skips numbers for fun must not fill the outbox: what is kept free for sales is not touched.
        if (noted > 0 && outbox.Room(tx) > settings.OutboxHeadroom)
            outbox.Append(tx, TillFacts.Stream, new TerminalSequenceGap(terminalId, entry.GapFirst, entry.Sequence - 1));
    }

    // Read once per terminal and life: the store is this process's alone. Only paired terminals get here, so there are no more than those.
    private SequenceWindow Window(string terminalId) => _windows.GetOrAdd(terminalId, id =>
    {
        var window = new SequenceWindow();
        foreach (var row in store.Read(r => r.Query(
            "SELECT sequence, content_hash FROM terminal_requests WHERE terminal_id=$id", row => (row.GetInt64(0), (byte[])row.GetValue(1)), ("$id", id))))
            window.Restore(row.Item1, row.Item2);
        return window;
    });
}

/// <summary>
/// A request's number on its way to the disk: a feature of the request. Whoever does what the request asks for records it in the same
/// transaction; what nobody recorded is recorded once the request is answered. Recording twice is recording once.
/// </summary>
internal sealed class SequenceTicket(SequenceEntry entry, Action<EdgeTransaction> record)
{
    public bool Recorded => entry.Recorded;

    public void Record(EdgeTransaction tx)
    {
        if (entry.Recorded) return;
        record(tx);
        tx.OnCommitted(() => entry.Recorded = true);
    }
}
