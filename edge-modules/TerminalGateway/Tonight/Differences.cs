using System.Globalization;
using Marquee.Domain;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>Every payment and refund of an event of which the processor is not known to have said what the till has.</summary>
internal static class Differences
{
    public static IReadOnlyList<Difference> Of(EdgeReader reader, PopEvent popEvent, DateTimeOffset now)
    {
        var caps = CapWalk.Over(reader, popEvent.EventId, popEvent.OfflineLimits, now);
        return [.. Payments(reader, popEvent, caps, now).Concat(Refunds(reader, popEvent, now)).OrderBy(d => d.Since).ThenBy(d => d.OrderId, StringComparer.Ordinal)];
    }

    private static IEnumerable<Difference> Payments(
        EdgeReader reader, PopEvent popEvent, IReadOnlyDictionary<string, (DateTimeOffset Since, string? Cap)> caps, DateTimeOffset now) => reader.Query(
        $"""
        SELECT order_id, terminal_id, sale, payment, amount, since, decline_code, {WrittenOffOf("p")} FROM ({PaymentRows.Sql}) AS p WHERE event_id=$event AND kind<>'cash'
        AND ((sale IN ({PaymentRows.Approved})) <> (payment='captured') OR payment IN ('authorising', 'capturing', 'voiding'))
        """,
        row =>
        {
            var orderId = row.GetString(0);
            var sale = Enum.Parse<SaleState>(row.GetString(2), ignoreCase: true);
            var payment = Enum.Parse<TenderState>(row.GetString(3), ignoreCase: true);
            var amount = new Money(row.GetInt64(4), popEvent.Currency);
            var zero = Money.Zero(popEvent.Currency);
            var writtenOff = row.IsDBNull(7) ? null : row.GetString(7);
            (DateTimeOffset Since, string? Cap)? outstanding = sale == SaleState.ApprovedOffline && caps.TryGetValue(orderId, out var cap) ? cap : null;
            var since = outstanding?.Since ?? Time(row, 5);
            return new Difference
            {
                OrderId = orderId,
                TerminalId = row.GetString(1),
                Reason = Reason(sale, payment, outstanding?.Cap, writtenOff is not null),
                Amount = amount,
                Value = (SaleLifecycle.IsApproved(sale) ? amount : zero) - (payment == TenderState.Captured ? amount : zero),
                Since = since,
                AgeSeconds = Age(since, now),
                Detail = outstanding?.Cap ?? writtenOff ?? (row.IsDBNull(6) ? null : row.GetString(6)),
            };
        },
        ("$event", popEvent.EventId));

    private static IEnumerable<Difference> Refunds(EdgeReader reader, PopEvent popEvent, DateTimeOffset now) => reader.Query(
        $"""
        SELECT order_id, operation_id, terminal_id, state, goods + tip, requested_at, {WrittenOffOf("r")} FROM refunds AS r
        WHERE event_id=$event AND method<>'cash' AND state IN ('requested', 'asking', 'offDebt') AND NOT {PaymentRows.IsOffRecovered}
        """,
        row =>
        {
            var amount = new Money(row.GetInt64(4), popEvent.Currency);
            var offDebt = Enum.Parse<RefundState>(row.GetString(3), ignoreCase: true) == RefundState.OffDebt;
            var since = Time(row, 5);
            return new Difference
            {
                OrderId = row.GetString(0),
                OperationId = row.GetString(1),
                TerminalId = row.GetString(2),
                Reason = !offDebt ? DifferenceReason.RefundUnderWay
                    : row.IsDBNull(6) ? DifferenceReason.DeclinedAtForward : DifferenceReason.DebtWrittenOff,
                Amount = amount,
                Value = -amount,
                Since = since,
                AgeSeconds = Age(since, now),
                Detail = offDebt ? "offDebt" : null,
            };
        },
        ("$event", popEvent.EventId));

    private static DifferenceReason Reason(SaleState sale, TenderState payment, string? cap, bool writtenOff) => (sale, payment) switch
    {
        (SaleState.ApprovedOffline, _) => cap is null ? DifferenceReason.ForwardOutstanding : DifferenceReason.OverTheCap,
        (SaleState.DeclinedAtForward, _) => writtenOff ? DifferenceReason.DebtWrittenOff : DifferenceReason.DeclinedAtForward,
        (SaleState.Authorised, TenderState.Authorised) => DifferenceReason.HeldNotCaptured,
        _ => DifferenceReason.OutcomeUnknown,
    };

    /// <summary>Why the debt of a row's order was written off; null when it was not.</summary>
    private static string WrittenOffOf(string row) => $"(SELECT reason FROM debts WHERE order_id={row}.order_id AND state='writtenOff')";

    private static long Age(DateTimeOffset since, DateTimeOffset now) => Math.Max(0, (long)(now - since).TotalSeconds);

    private static DateTimeOffset Time(SqliteDataReader row, int column) =>
        DateTimeOffset.ParseExact(row.GetString(column), "O", CultureInfo.InvariantCulture);
}
