using System.Globalization;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Sales.Shifts;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>The terminals that have not closed their shift: receipts after their last Z report of the event.</summary>
internal static class OpenShifts
{
    public static IReadOnlyList<OpenShift> Of(EdgeReader reader, PopEvent popEvent) => [.. reader.Query(
        """
        SELECT terminal_id, min(issued_at), count(*), min(number) FROM receipts AS r WHERE event_id=$event AND number >
            (SELECT coalesce(max(last_receipt), 0) FROM shifts AS s WHERE s.terminal_id=r.terminal_id AND s.event_id=r.event_id)
        GROUP BY terminal_id ORDER BY terminal_id
        """,
        row => (
            TerminalId: row.GetString(0),
            Since: DateTimeOffset.ParseExact(row.GetString(1), "O", CultureInfo.InvariantCulture),
            Receipts: row.GetInt64(2),
            First: row.GetInt64(3)),
        ("$event", popEvent.EventId)).Select(open =>
    {
        var figures = new ShiftFigures(reader, open.TerminalId, popEvent.EventId, open.First - 1, popEvent.Currency);
        return new OpenShift(open.TerminalId, open.Since, open.Receipts, figures.CashSales().Amount - figures.Refunds("cash").Amount);
    })];
}
