using System.Globalization;
using Marquee.Domain;
using Marquee.Domain.Debts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Shifts;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>An event's sales, payments and refunds, added up by the database into a handful of rows per terminal.</summary>
internal sealed class EveningSums
{
    private static readonly string[] Methods = ["card", "reader", "cash"];

    private readonly Currency _currency;
    private IReadOnlyList<SaleRow> _sales = [];
    private IReadOnlyList<PaymentRow> _payments = [];
    private IReadOnlyList<RefundRow> _refunds = [];
    private IReadOnlyList<(string TerminalId, DateTimeOffset At)> _oldest = [];
    private IReadOnlyList<DebtRow> _debts = [];

    private EveningSums(Currency currency) => _currency = currency;

    /// <summary>Every terminal that sold or refunded at the event.</summary>
    public IReadOnlyList<string> Terminals =>
        [.. _sales.Select(s => s.TerminalId).Concat(_refunds.Select(r => r.TerminalId)).Distinct().Order(StringComparer.Ordinal)];

    public static EveningSums Of(EdgeReader reader, PopEvent popEvent)
    {
        (string, object?) ofEvent = ("$event", popEvent.EventId);
        return new EveningSums(popEvent.Currency)
        {
            _sales = reader.Query(
                "SELECT terminal_id, state, count(*), sum(total), sum(tip), sum(tip>0) FROM sales WHERE event_id=$event GROUP BY 1, 2",
                row => new SaleRow(
                    row.GetString(0), Enum.Parse<SaleState>(row.GetString(1), ignoreCase: true), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), row.GetInt32(5)),
                ofEvent),
            _payments = reader.Query(
                $"""
                SELECT terminal_id, kind, sale IN ({PaymentRows.Approved}), payment='captured', count(*), sum(amount) FROM ({PaymentRows.Sql})
                WHERE event_id=$event GROUP BY 1, 2, 3, 4
                """,
                row => new PaymentRow(row.GetString(0), row.GetString(1), row.GetInt64(2) != 0, row.GetInt64(3) != 0, row.GetInt32(4), row.GetInt64(5)),
                ofEvent),
            // Back to the card goes what a reader took, too: it is told by the payment that it is of.
            _refunds = reader.Query(
                $"""
                SELECT r.terminal_id, CASE WHEN r.method='cash' THEN 'cash' ELSE coalesce(t.kind, 'card') END, r.state, count(*), sum(r.goods + r.tip),
                    {PaymentRows.IsOffRecovered}
                FROM refunds AS r LEFT JOIN tenders AS t ON t.order_id=r.order_id AND t.number=r.tender WHERE r.event_id=$event GROUP BY 1, 2, 3, 6
                """,
                row => new RefundRow(
                    row.GetString(0), row.GetString(1), Enum.Parse<RefundState>(row.GetString(2), ignoreCase: true), row.GetInt32(3), row.GetInt64(4), row.GetInt64(5) != 0),
                ofEvent),
            _debts = reader.Query(
                "SELECT terminal_id, state, count(*), sum(amount) FROM debts WHERE event_id=$event GROUP BY 1, 2",
                row => new DebtRow(row.GetString(0), Enum.Parse<DebtState>(row.GetString(1), ignoreCase: true), row.GetInt32(2), row.GetInt64(3)),
                ofEvent),
            _oldest = reader.Query(
                "SELECT terminal_id, min(approved_at) FROM exposures WHERE event_id=$event GROUP BY 1",
                row => (row.GetString(0), DateTimeOffset.ParseExact(row.GetString(1), "O", CultureInfo.InvariantCulture)),
                ofEvent),
        };
    }

    /// <summary>Of a terminal; of all of them when there is none.</summary>
    public Figures Figures(string? terminalId)
    {
        var sales = _sales.Where(s => terminalId is null || s.TerminalId == terminalId).ToList();
        var payments = _payments.Where(p => terminalId is null || p.TerminalId == terminalId).ToList();
        var refunds = _refunds.Where(r => terminalId is null || r.TerminalId == terminalId).ToList();
        var debts = _debts.Where(d => terminalId is null || d.TerminalId == terminalId).ToList();
        var oldest = _oldest.Where(o => terminalId is null || o.TerminalId == terminalId).Select(o => (DateTimeOffset?)o.At).Min();
        ShiftSum Sales(Func<SaleState, bool> which) => Sum(sales.Where(s => which(s.State)).Select(s => (s.Count, s.Total)));
        ShiftSum Payments(Func<PaymentRow, bool> which) => Sum(payments.Where(which).Select(p => (p.Count, p.Amount)));
        ShiftSum Refunds(Func<RefundRow, bool> which) => Sum(refunds.Where(which).Select(r => (r.Count, r.Amount)));
        ShiftSum Debts(Func<DebtState, bool> which) => Sum(debts.Where(d => which(d.State)).Select(d => (d.Count, d.Amount)));
        return new()
        {
            ApprovedOnline = Sales(s => s == SaleState.ApprovedOnline),
            ApprovedOffline = Sales(s => s is SaleState.ApprovedOffline or SaleState.Captured or SaleState.DeclinedAtForward),
            Outstanding = Sales(s => s == SaleState.ApprovedOffline),
            OldestOutstanding = oldest,
            Captured = Sales(s => s == SaleState.Captured),
            DeclinedAtForward = Sales(s => s == SaleState.DeclinedAtForward),
            DebtsOpen = Debts(state => !DebtLifecycle.IsClosed(state)),
            DebtsRecovered = Debts(state => state == DebtState.Recovered),
            DebtsWrittenOff = Debts(state => state == DebtState.WrittenOff),
            Authorised = Sales(s => s == SaleState.Authorised),
            UnderWay = Sales(s => s is SaleState.Received or SaleState.Authorising),
            Declined = Sales(s => s == SaleState.Declined),
            Voids = Sales(s => s == SaleState.Voided),
            Refunds = Refunds(r => r.State is RefundState.Refunded || RefundLifecycle.IsOpen(r.State)),
            RefundsUnderWay = Refunds(r => RefundLifecycle.IsOpen(r.State)),
            RefundsDeclined = Refunds(r => r.State == RefundState.Declined),
            RefundsOffDebt = Refunds(r => r.State == RefundState.OffDebt),
            Tips = Sum(sales.Where(s => SaleLifecycle.IsApproved(s.State)).Select(s => (s.Tipped, s.Tips))),
            Methods = [.. Methods.Select(m => new MethodFigures(
                m, Payments(p => p.Method == m && p.IsCaptured), Refunds(r => r.Method == m && r.State == RefundState.Refunded)))],
            Promised = Payments(p => p.Method != "cash" && p.IsPromised).Amount
                - Refunds(r => r.Method != "cash" && !r.IsOffRecovered && r.State is not (RefundState.Declined or RefundState.Voided)).Amount,
            Confirmed = Payments(p => p.Method != "cash" && p.IsCaptured).Amount
                - Refunds(r => r.Method != "cash" && r.State == RefundState.Refunded).Amount,
        };
    }

    private ShiftSum Sum(IEnumerable<(int Count, long Amount)> rows)
    {
        var (count, amount) = rows.Aggregate((Count: 0, Amount: 0L), (sum, row) => checked((sum.Count + row.Count, sum.Amount + row.Amount)));
        return new(count, new Money(amount, _currency));
    }

    private sealed record SaleRow(string TerminalId, SaleState State, int Count, long Total, long Tips, int Tipped);

    private sealed record PaymentRow(string TerminalId, string Method, bool IsPromised, bool IsCaptured, int Count, long Amount);

    private sealed record RefundRow(string TerminalId, string Method, RefundState State, int Count, long Amount, bool IsOffRecovered);

    private sealed record DebtRow(string TerminalId, DebtState State, int Count, long Amount);
}
