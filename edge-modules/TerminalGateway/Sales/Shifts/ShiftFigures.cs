using Marquee.Domain;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Sales.Shifts;

/// <summary>Adds up what a terminal did at an event after a receipt's number.</summary>
internal sealed class ShiftFigures(EdgeReader reader, string terminalId, string eventId, long after, Currency currency)
{
    private const string Issued =
        "FROM receipts AS r JOIN sales AS s USING(order_id) " +
        "WHERE r.terminal_id=$terminal AND r.event_id=$event AND r.number>$after AND r.kind='sale'";

    public (long First, long Last) Receipts()
    {
        var range = reader.Query(
            "SELECT coalesce(min(number), 0), coalesce(max(number), 0) FROM receipts WHERE terminal_id=$terminal AND event_id=$event AND number>$after",
            row => (row.GetInt64(0), row.GetInt64(1)),
            ("$terminal", terminalId),
            ("$event", eventId),
            ("$after", after));
        return range[0];
    }

    public ShiftSum CardSales()
    {
        var alone = Sum($"SELECT count(*), coalesce(sum(s.total), 0) {Issued} AND s.paid_by='card'");
        var parts = Tenders("t.kind<>'cash'");
        return new(alone.Count + parts.Count, alone.Amount + parts.Amount);
    }

    public ShiftSum CashSales() => Tenders("t.kind='cash'");

    public Money Tips() => Sum($"SELECT count(*), coalesce(sum(s.tip), 0) {Issued}").Amount;

    public ShiftSum OfflineSales() => Sum($"SELECT count(*), coalesce(sum(s.total), 0) {Issued} AND r.offline=1");

    public ShiftSum Voids() => Sum(
        """
        SELECT count(*), coalesce(sum(s.total), 0) FROM receipts AS r JOIN sales AS s USING(order_id)
        WHERE r.terminal_id=$terminal AND r.event_id=$event AND r.number>$after AND r.kind='void'
        """);

    public ShiftSum Refunds(string method) => Sum(
        $"""
        SELECT count(*), coalesce(sum(f.goods + f.tip), 0) FROM receipts AS r JOIN refunds AS f USING(order_id, operation_id)
        WHERE r.terminal_id=$terminal AND r.event_id=$event AND r.number>$after AND r.kind='refund' AND f.method='{method}'
        """);

    public ShiftSum Open(string state) => Sum(
        $"SELECT count(*), coalesce(sum(total), 0) FROM sales WHERE terminal_id=$terminal AND event_id=$event AND state='{state}'");

    public ShiftSum RefundsWaiting() => Sum(
        "SELECT count(*), coalesce(sum(goods + tip), 0) FROM refunds WHERE state IN ('requested', 'asking') AND terminal_id=$terminal AND event_id=$event");

    private ShiftSum Tenders(string which) => Sum(
        $"""
        SELECT count(*), coalesce(sum(t.amount), 0) FROM receipts AS r JOIN tenders AS t USING(order_id)
        WHERE r.terminal_id=$terminal AND r.event_id=$event AND r.number>$after AND r.kind='sale' AND t.state='captured' AND {which}
        """);

    private ShiftSum Sum(string sql) => reader.Query(
        sql,
        row => new ShiftSum(row.GetInt32(0), new Money(row.GetInt64(1), currency)),
        ("$terminal", terminalId),
        ("$event", eventId),
        ("$after", after))[0];
}
