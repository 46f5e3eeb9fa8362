using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Shifts;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Tonight;

namespace Marquee.TerminalGateway.Tests.Tonight;

/// <summary>The evening's figures against the sales, payments and refunds in the store, one by one.</summary>
internal static class ReckoningFold
{
    public static EventReckoning Of(TestTill till, DateTimeOffset? now = null) => till.Store.Read(r =>
        Reckoning.Of(r, EventBook.Find(r, TestTill.EventId)!, now ?? DateTimeOffset.UtcNow));

    /// <summary>Fails where a sum is not that of the store's rows, or a difference is not explained.</summary>
    public static EventReckoning Check(TestTill till)
    {
        var (reckoning, sales, refunds, payments, outstanding) = till.Store.Read(r =>
        {
            var sales = SaleJournal.List(r, TestTill.EventId, SaleJournal.MaxListed);
            return (
                Reckoning.Of(r, EventBook.Find(r, TestTill.EventId)!, DateTimeOffset.UtcNow),
                sales,
                sales.SelectMany(s => RefundRegister.Of(r, s.OrderId)).ToList(),
                sales.SelectMany(s => TenderRegister.Of(r, s).Select(t => (Sale: s, Tender: t))).ToList(),
                Exposure.OfEvent(r, TestTill.EventId));
        });
        Assert.Equal(outstanding, new Outstanding(reckoning.Total.Outstanding.Amount.MinorUnits, reckoning.Total.Outstanding.Count));
        CheckFigures(reckoning.Total, sales, refunds, payments);
        foreach (var (terminal, figures) in reckoning.Terminals.Select(t => (t.TerminalId, t.Figures)))
        {
            CheckFigures(
                figures,
                [.. sales.Where(s => s.TerminalId == terminal)],
                [.. refunds.Where(r => r.TerminalId == terminal)],
                [.. payments.Where(p => p.Sale.TerminalId == terminal)]);
            var here = reckoning.Differences.Where(d => d.TerminalId == terminal);
            Assert.Equal(figures.Difference.MinorUnits, here.Sum(d => d.Value.MinorUnits));
        }

        Assert.True(reckoning.Explained);
        Assert.Equal(reckoning.Differences.Count, reckoning.Reasons.Sum(r => r.Count));
        return reckoning;
    }

    private static void CheckFigures(
        Figures figures, IReadOnlyList<Sale> sales, IReadOnlyList<Refund> refunds, IReadOnlyList<(Sale Sale, Tender Tender)> payments)
    {
        void States(ShiftSum sum, params SaleState[] states)
        {
            var of = sales.Where(s => states.Contains(s.State)).ToList();
            Assert.Equal((of.Count, of.Sum(s => s.Total.MinorUnits)), (sum.Count, sum.Amount.MinorUnits));
        }

        States(figures.ApprovedOnline, SaleState.ApprovedOnline);
        States(figures.ApprovedOffline, SaleState.ApprovedOffline, SaleState.Captured, SaleState.DeclinedAtForward);
        States(figures.Outstanding, SaleState.ApprovedOffline);
        States(figures.Captured, SaleState.Captured);
        States(figures.DeclinedAtForward, SaleState.DeclinedAtForward);
        States(figures.Authorised, SaleState.Authorised);
        States(figures.UnderWay, SaleState.Received, SaleState.Authorising);
        States(figures.Declined, SaleState.Declined);
        States(figures.Voids, SaleState.Voided);
        Assert.Equal(figures.OldestOutstanding is null, figures.Outstanding.Count == 0);
        Assert.Equal(sales.Where(s => SaleLifecycle.IsApproved(s.State)).Sum(s => s.Tip.MinorUnits), figures.Tips.Amount.MinorUnits);
        long Refunds(Func<Refund, bool> which) => refunds.Where(which).Sum(r => r.Amount.MinorUnits);
        Assert.Equal(Refunds(r => r.State == RefundState.Refunded || RefundLifecycle.IsOpen(r.State)), figures.Refunds.Amount.MinorUnits);
        Assert.Equal(Refunds(r => r.State == RefundState.OffDebt), figures.RefundsOffDebt.Amount.MinorUnits);
        Assert.Equal(Refunds(r => r.State == RefundState.Declined), figures.RefundsDeclined.Amount.MinorUnits);
        foreach (var method in figures.Methods)
        {
            var taken = payments.Where(p => p.Tender.State == TenderState.Captured && Name(p.Tender) == method.Method).ToList();
            Assert.Equal((taken.Count, taken.Sum(p => p.Tender.Amount.MinorUnits)), (method.Taken.Count, method.Taken.Amount.MinorUnits));
        }

        Assert.Equal(Refunds(r => r.State == RefundState.Refunded), figures.Methods.Sum(m => m.Refunded.Amount.MinorUnits));
        var promised = payments.Where(p => p.Tender.Means != TenderMeans.Cash && SaleLifecycle.IsApproved(p.Sale.State)).Sum(p => p.Tender.Amount.MinorUnits);
        Assert.Equal(promised, figures.Promised.MinorUnits + Refunds(r => !IsCash(r) && r.State is not (RefundState.Declined or RefundState.Voided)));
        var confirmed = payments.Where(p => p.Tender.Means != TenderMeans.Cash && p.Tender.State == TenderState.Captured).Sum(p => p.Tender.Amount.MinorUnits);
        Assert.Equal(confirmed, figures.Confirmed.MinorUnits + Refunds(r => !IsCash(r) && r.State == RefundState.Refunded));
    }

    private static bool IsCash(Refund refund) => refund.Method == Domain.Contracts.RefundMethod.Cash;

    private static string Name(Tender tender) => tender.Means switch
    {
        TenderMeans.Card => "card",
        TenderMeans.Reader => "reader",
        _ => "cash",
    };
}
