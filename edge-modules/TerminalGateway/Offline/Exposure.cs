using System.Globalization;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Storage;

namespace Marquee.TerminalGateway.Offline;

/// <summary>An amount outstanding and of how many sales.</summary>
internal sealed record Outstanding(long MinorUnits, long Count)
{
    public static Outstanding None { get; } = new(0, 0);
}

/// <summary>What is approved offline and not settled, and its sums by event, terminal and card.</summary>
internal static class Exposure
{
    /// <summary>Puts a sale on the books as it is approved offline.</summary>
    /// <param name="card">The card's fingerprint; empty when the sale has none.</param>
    public static void Open(EdgeTransaction tx, Sale sale, string card, DateTimeOffset now)
    {
        tx.Execute(
            "INSERT INTO exposures(order_id, event_id, terminal_id, card, amount, approved_at) VALUES($order, $event, $terminal, $card, $amount, $now)",
            ("$order", sale.OrderId),
            ("$event", sale.EventId),
            ("$terminal", sale.TerminalId),
            ("$card", card),
            ("$amount", sale.Total.MinorUnits),
            ("$now", StoreText.Of(now)));
        tx.Memory.Of<ExposureSums>().Add(sale.EventId, sale.TerminalId, sale.Total.MinorUnits, now);
    }

    /// <summary>Takes a sale off the books: captured, a debt, or voided.</summary>
    public static void Close(EdgeTransaction tx, string orderId)
    {
        tx.Execute("DELETE FROM exposures WHERE order_id=$order", ("$order", orderId));
        tx.Memory.Of<ExposureSums>().Forget();
    }

    public static Outstanding OfEvent(EdgeReader reader, string eventId) => Remembered(reader, eventId, "event", "");

    public static Outstanding OfTerminal(EdgeReader reader, string eventId, string terminalId) => Remembered(reader, eventId, "terminal", terminalId);

    public static Outstanding OfCard(EdgeReader reader, string eventId, string card) => Sum(reader, eventId, "card", card);

    /// <summary>Sales of all events.</summary>
    public static long CountAll(EdgeReader reader)
    {
        return reader is EdgeTransaction tx ? tx.Memory.Of<ExposureSums>().All(Read) : Read();

        long Read() => reader.Number("SELECT sum(count) FROM exposure_sums WHERE event_id IN (SELECT event_id FROM events) AND scope='event' AND key=''");
    }

    /// <summary>When the oldest sale of an event that is still outstanding was approved; null when there is none.</summary>
    public static DateTimeOffset? Oldest(EdgeReader reader, string eventId)
    {
        return reader is EdgeTransaction tx ? tx.Memory.Of<ExposureSums>().Oldest(eventId, Read) : Read();

        DateTimeOffset? Read() => reader.QueryFirst(
            "SELECT approved_at FROM exposures WHERE event_id=$event ORDER BY approved_at LIMIT 1", row => row.GetString(0), ("$event", eventId)) is { } text
                ? DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture)
                : null;
    }

    /// <summary>Whether the kept sums are those of the rows, and the rows those of the sales that are approved offline.</summary>
    public static bool IsSound(EdgeReader reader) => reader.Number(
        """
        SELECT count(*) FROM (
            SELECT event_id, 'event' AS scope, '' AS key, sum(amount) AS amount, count(*) AS count FROM exposures GROUP BY 1
            UNION ALL SELECT event_id, 'terminal', terminal_id, sum(amount), count(*) FROM exposures GROUP BY 1, 3
            UNION ALL SELECT event_id, 'card', card, sum(amount), count(*) FROM exposures GROUP BY 1, 3) AS fold
        FULL JOIN exposure_sums AS kept USING(event_id, scope, key) WHERE fold.amount IS NOT kept.amount OR fold.count IS NOT kept.count
        """) == 0 && reader.Number(
        """
        SELECT count(*) FROM exposures AS e FULL JOIN (SELECT order_id, total FROM sales WHERE state='approvedOffline') AS s USING(order_id)
        WHERE e.amount IS NOT s.total
        """) == 0;

    private static Outstanding Remembered(EdgeReader reader, string eventId, string scope, string key)
    {
        return reader is EdgeTransaction tx ? tx.Memory.Of<ExposureSums>().Of(eventId, scope, key, Read) : Read();

        Outstanding Read() => Sum(reader, eventId, scope, key);
    }

    // Two numbers cost less than a reader of one row.
    private static Outstanding Sum(EdgeReader reader, string eventId, string scope, string key) => new(
        reader.Number("SELECT amount FROM exposure_sums WHERE event_id=$event AND scope=$scope AND key=$key", ("$event", eventId), ("$scope", scope), ("$key", key)),
        reader.Number("SELECT count FROM exposure_sums WHERE event_id=$event AND scope=$scope AND key=$key", ("$event", eventId), ("$scope", scope), ("$key", key)));
}
