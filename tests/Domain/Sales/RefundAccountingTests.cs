using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;
using Marquee.Domain.Tests.Splitting;
using static Marquee.Domain.Tests.Sales.TestSales;

namespace Marquee.Domain.Tests.Sales;

public sealed class RefundAccountingTests
{
    private static readonly SaleApproved Sale = Online("order-1", tip: 150, fee: 83, new SaleLine("shirt", 1, 2_500), new SaleLine("book", 1, 1_200));

    [Fact]
    public void A_refund_before_the_split_comes_out_of_proceeds_tax_and_tip_and_leaves_the_fee()
    {
        var refund = TestRefunds.Of("order-1", "r-1", 3_700, 150);
        var ledger = Fold(SaleAccounting.OnlineSale(Sale, Taxes, At), Refunded(refund, SaleRemainder.Of(Sale, Taxes)));

        Assert.All([Account.EventProceeds, Account.TaxPayable, Account.TipsPayable], account => Assert.Equal(Eur(0), ledger.Of(account, Currency.Eur).Net));
        Assert.Equal(Eur(83), ledger.Of(Account.ProcessorFees, Currency.Eur).Net);
        Assert.Equal(Eur(-83), ledger.Of(Account.ProcessorClearing, Currency.Eur).Net);
    }

    [Fact]
    public void Cash_goes_into_the_drawer_and_comes_out_of_it()
    {
        var sale = Sale with
        {
            Receipt = null,
            Tenders = [new(1, TenderKind.Cash, Eur(1_850), null), new(2, TenderKind.Card, Eur(2_000), Receipt(55))],
        };
        var posting = SaleAccounting.OnlineSale(sale, Taxes, At);
        Assert.Equal(Eur(1_850), Fold(posting).Of(Account.CashOnHand, Currency.Eur).Net);
        Assert.Equal(Eur(1_945), Fold(posting).Of(Account.ProcessorClearing, Currency.Eur).Net);

        var refund = TestRefunds.Of("order-1", "r-1", 500, method: RefundMethod.Cash);
        var ledger = Fold(posting, Refunded(refund, SaleRemainder.Of(sale, Taxes)));
        Assert.Equal(Eur(1_350), ledger.Of(Account.CashOnHand, Currency.Eur).Net);
        Assert.Equal(Eur(1_945), ledger.Of(Account.ProcessorClearing, Currency.Eur).Net);
    }

    [Fact]
    public void A_voided_sale_and_a_refund_off_a_debt_leave_nothing_deferred()
    {
        var sale = Offline("order-1", 150, new SaleLine("book", 1, 1_200));
        var voided = Fold(SaleAccounting.OfflineSale(sale, Taxes, At), RefundAccounting.Voided(sale, At));
        Assert.All([Account.OfflineAtRisk, Account.OfflineDeferred], account => Assert.Equal(Eur(0), voided.Of(account, Currency.Eur).Net));

        var refund = TestRefunds.Of("order-1", "r-1", 1_200, 150, RefundMethod.Debt);
        var owed = Fold(SaleAccounting.OfflineSale(sale, Taxes, At), SaleAccounting.OfflineDeclined(sale, At), RefundAccounting.OffDebt(refund, At));
        Assert.All([Account.CustomerDebt, Account.OfflineDeferred], account => Assert.Equal(Eur(0), owed.Of(account, Currency.Eur).Net));
    }

    [Fact]
    public void A_payment_that_was_captured_and_given_back_costs_its_fee()
    {
        var ledger = Fold(RefundAccounting.Reversed(new TenderReversed("watch-night", "order-1", 1, Receipt(55)), At)!);
        Assert.Equal((Eur(55), Eur(-55)), (ledger.Of(Account.ProcessorFees, Currency.Eur).Net, ledger.Of(Account.ProcessorClearing, Currency.Eur).Net));
        Assert.Null(RefundAccounting.Reversed(new TenderReversed("watch-night", "order-1", 1, Receipt(0)), At));
    }

    [Theory]
    [InlineData(10_000, 10_000, 0)]
    [InlineData(10_000, 9_950, -50)]
    [InlineData(10_000, 10_010, 10)]
    public void A_counted_drawer_is_booked_at_what_is_in_it(long expected, long counted, long difference)
    {
        var shift = new ShiftClosed
        {
            EventId = "watch-night", TerminalId = "till-1", ShiftId = "s-1", Sales = 1, Refunds = 0, Voids = 0, CardSales = Eur(0), CashSales = Eur(0),
            OfflineSales = Eur(0), VoidedSales = Eur(0), CardRefunds = Eur(0), CashRefunds = Eur(0), ExpectedCash = Eur(expected), CountedCash = Eur(counted),
        };
        var posting = RefundAccounting.DrawerCounted(shift, At);
        Assert.Equal(difference == 0, posting is null);
        if (posting is null) return;
        Assert.Equal((Eur(difference), Eur(difference)), (Fold(posting).Of(Account.CashOnHand, Currency.Eur).Net, Fold(posting).Of(Account.CashDifferences, Currency.Eur).Net));
    }

    [Fact]
    public void Refunds_after_the_split_leave_the_parties_what_a_split_of_the_rest_would_give_them() =>
        Gen.Select(Gen.Long[1, 100_000].Array[1, 8], Gen.Double.Unit.Array[0, 8], SplitRulesTests.AnyRules).Sample((prices, refunds, rules) =>
        {
            List<Posting> journal = [];
            var sales = prices.Select((price, i) => Online($"order-{i}", tip: price / 10, fee: price / 50, new SaleLine("shirt", 1, price))).ToList();
            journal.AddRange(sales.Select(sale => SaleAccounting.OnlineSale(sale, Taxes, At)));
            var basis = SplitBasis.Of(LedgerFold.Fold(journal), Currency.Eur);
            if (SaleAccounting.SplitPosted(rules.Compute(basis), At) is { } posted) journal.Add(posted);
            foreach (var (part, i) in refunds.Take(sales.Count).Select((part, i) => (part, i)))
            {
                var left = SaleRemainder.Of(sales[i], Taxes);
                var refund = TestRefunds.Of($"order-{i}", "r-1", (long)(left.Goods.MinorUnits * part), (long)(left.Tips.MinorUnits * part));
                if (left.Check(refund) is not null) continue;
                var (_, parts) = left.Take(refund, Taxes);
                var after = new SplitBasis(basis.Proceeds - parts.Proceeds, basis.Fees, basis.Tips - parts.Tips);
                journal.Add(RefundAccounting.Refunded(refund, parts, (rules.Compute(basis), rules.Compute(after)), At));
                basis = after;
            }

            var ledger = LedgerFold.Fold(journal);
            Assert.Empty(LedgerProof.Verify(journal, ledger.Balances));
            var whole = rules.Compute(basis);
            Assert.Equal(whole.Commission, ledger.Of(Account.PlatformCommission, Currency.Eur).Net);
            Assert.All(whole.Parties, party => Assert.Equal(party.Total, ledger.Of(Account.Payable(party.PartyId), Currency.Eur).Net));
            Assert.Equal(Eur(0), ledger.Of(Account.EventProceeds, Currency.Eur).Net);
        });

    private static Posting Refunded(SaleRefunded refund, SaleRemainder left) => RefundAccounting.Refunded(refund, left.Take(refund, Taxes).Parts, null, At);

    private static TrialBalance Fold(params Posting[] postings) => LedgerFold.Fold(postings);
}
