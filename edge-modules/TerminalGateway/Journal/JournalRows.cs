using Marquee.Domain.Journals;
using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Journal;

/// <summary>The newest row of a chain: what the next one is chained to.</summary>
internal sealed record LastRow(long Number, long Sequence, DateTimeOffset At, byte[] TerminalHead, byte[] TillHead);

/// <summary>The journal's rows, in and out.</summary>
internal static class JournalRows
{
    private const string LinkColumns = "number, entry, terminal_head, till_head";

    /// <summary>The till's newest entry of a life.</summary>
    public static LastRow? Last(EdgeReader reader, int life) => reader.QueryFirst(
        "SELECT number, entry, terminal_head, till_head FROM journal WHERE life=$life ORDER BY number DESC LIMIT 1", ReadLast, ("$life", life));

    /// <summary>A terminal's newest entry of a life.</summary>
    public static LastRow? Last(EdgeReader reader, int life, string terminalId) => reader.QueryFirst(
        "SELECT number, entry, terminal_head, till_head FROM journal WHERE life=$life AND terminal_id=$terminal ORDER BY sequence DESC LIMIT 1",
        ReadLast,
        ("$life", life),
        ("$terminal", terminalId));

    /// <summary>The terminals that have a chain in a life, each with its newest count and head.</summary>
    public static IReadOnlyDictionary<string, ChainHead> Heads(EdgeReader reader, int life) => reader.Query(
        """
        SELECT terminal_id, sequence, terminal_head FROM journal AS j WHERE life=$life
        AND sequence=(SELECT max(sequence) FROM journal WHERE life=$life AND terminal_id=j.terminal_id)
        """,
        row => (Terminal: row.GetString(0), Head: new ChainHead(row.GetInt64(1), (byte[])row.GetValue(2))),
        ("$life", life)).ToDictionary(pair => pair.Terminal, pair => pair.Head, StringComparer.Ordinal);

    /// <summary>Entries of a life after <paramref name="number"/>, in order.</summary>
    public static IReadOnlyList<ChainLink> After(EdgeReader reader, int life, long number, int max) => reader.Query(
        $"SELECT {LinkColumns} FROM journal WHERE life=$life AND number>$number ORDER BY number LIMIT $max",
        ReadLink,
        ("$life", life),
        ("$number", number),
        ("$max", max));

    /// <summary>The till's head after an entry; null when there is none of this number.</summary>
    public static byte[]? TillHeadAt(EdgeReader reader, int life, long number) => reader.QueryFirst(
        "SELECT till_head FROM journal WHERE life=$life AND number=$number", row => (byte[])row.GetValue(0), ("$life", life), ("$number", number));

    /// <summary>Every decision about an order, in order.</summary>
    public static IReadOnlyList<PlacedEntry> Of(EdgeReader reader, string orderId) => reader.Query(
        "SELECT entry FROM journal WHERE order_id=$order ORDER BY life, number",
        row => CanonicalEntry.Read((byte[])row.GetValue(0)),
        ("$order", orderId));

    public static void Insert(EdgeTransaction tx, int life, PlacedEntry placed, ChainLink link) => tx.Execute(
        """
        INSERT INTO journal(life, number, terminal_id, sequence, order_id, entry, terminal_head, till_head)
        VALUES($life, $number, $terminal, $sequence, $order, $entry, $head, $till)
        """,
        ("$life", life),
        ("$number", placed.Number),
        ("$terminal", placed.Entry.TerminalId),
        ("$sequence", placed.Sequence),
        ("$order", placed.Entry.OrderId),
        ("$entry", link.Entry),
        ("$head", link.TerminalHead),
        ("$till", link.TillHead));

    private static ChainLink ReadLink(SqliteDataReader row) =>
        new(row.GetInt64(0), (byte[])row.GetValue(1), (byte[])row.GetValue(2), (byte[])row.GetValue(3));

    private static LastRow ReadLast(SqliteDataReader row)
    {
        var placed = CanonicalEntry.Read((byte[])row.GetValue(1));
        return new LastRow(row.GetInt64(0), placed.Sequence, placed.At, (byte[])row.GetValue(2), (byte[])row.GetValue(3));
    }
}
