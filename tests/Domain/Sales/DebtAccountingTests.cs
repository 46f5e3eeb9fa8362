using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;
using Marquee.Domain.Tests.Splitting;
using static Marquee.Domain.Tests.Sales.TestSales;

namespace Marquee.Domain.Tests.Sales;

public sealed class DebtAccountingTests
{
    private static readonly SaleApproved Sale = Offline("order-1", 100, new SaleLine("shirt", 1, 1_190), new SaleLine("book", 1, 1_070));

    private static readonly Gen<SaleLine> AnyLine = Gen.Select(
        Gen.OneOf("shirt", "book", "gift"), Gen.Int[1, 5], Gen.Long[1, 20_000], (sku, quantity, price) => new SaleLine(sku, quantity, price));

    // A sale of some lines with a tip, a fee, how much of it is given back while it is owed and how much after (in thousandths).
    private static readonly Gen<(SaleApproved Sale, long Fee, long Before, long After)> AnyDebt = Gen.Select(
        AnyLine.Array[1, 4], Gen.Long[0, 2_000], Gen.Long[0, 400], Gen.Long[0, 1_000], Gen.Long[0, 1_000],
        (lines, tip, fee, before, after) => (Offline("order-1", tip, lines), fee, before, after));

    [Fact]
    public void A_debt_that_is_paid_ends_as_the_sale_would_have_that_was_captured_at_once()
    {
        var recovered = DebtAccounting.Recovered(new DebtRecovered("watch-night", "order-1", Sale.Total, Receipt(60)), SaleRemainder.Of(Sale, Taxes), null, At);
        var afterDebt = LedgerFold.Fold([.. Declined(Sale), recovered]);
        var atOnce = LedgerFold.Fold([SaleAccounting.OfflineSale(Sale, Taxes, At), SaleAccounting.OfflineCaptured(Sale, Receipt(60), Taxes, At)]);

        Assert.Equal(Nets(atOnce), Nets(afterDebt));
        Assert.Equal("forward-declined/order-1", recovered.Resolves);
    }

    [Fact]
    public void A_debt_that_is_written_off_leaves_nothing_and_nobody_bears_it()
    {
        var written = DebtAccounting.WrittenOff(new DebtWrittenOff("watch-night", "order-1", Sale.Total, "uncollectable"), SaleRemainder.Of(Sale, Taxes), At);

        Assert.Empty(Nets(LedgerFold.Fold([.. Declined(Sale), written])));
    }

    [Fact]
    public void Only_what_is_owed_is_taken()
    {
        var left = SaleRemainder.Of(Sale, Taxes);
        Assert.Equal(SaleFault.TotalMismatch, Assert.Throws<InvalidSaleException>(() =>
            DebtAccounting.Recovered(new DebtRecovered("watch-night", "order-1", Sale.Total - Eur(1), Receipt(0)), left, null, At)).Fault);
        Assert.Equal(SaleFault.NegativeFee, Assert.Throws<InvalidSaleException>(() =>
            DebtAccounting.Recovered(new DebtRecovered("watch-night", "order-1", Sale.Total, Receipt(-1)), left, null, At)).Fault);
        Assert.Equal(SaleFault.TotalMismatch, Assert.Throws<InvalidSaleException>(() =>
            DebtAccounting.WrittenOff(new DebtWrittenOff("watch-night", "order-1", Sale.Total + Eur(1), "mistake"), left, At)).Fault);
    }

    [Fact]
    public void Whatever_is_given_back_before_and_after_debits_are_credits_and_no_debt_is_left() =>
        Gen.Select(AnyDebt, Gen.Bool, SplitRulesTests.AnyRules).Sample((debt, splitBefore, rules) =>
        {
            var (sale, fee, before, after) = debt;
            List<Posting> journal = [.. Declined(sale)];
            var left = SaleRemainder.Of(sale, Taxes);
            if (Part(left, before, RefundMethod.Debt) is { } off)
            {
                (left, _) = left.Take(off, Taxes);
                journal.Add(RefundAccounting.OffDebt(off, At));
            }

            if ((left.Goods + left.Tips).MinorUnits == 0) return;
            var zero = rules.Compute(new SplitBasis(Eur(0), Eur(0), Eur(0)));
            var with = rules.Compute(new SplitBasis(left.Proceeds, Eur(fee), left.Tips));
            journal.Add(DebtAccounting.Recovered(
                new DebtRecovered("watch-night", "order-1", left.Goods + left.Tips, Receipt(fee)), left, splitBefore ? (zero, with) : null, At));
            if (Part(left, after, RefundMethod.Card) is { } back)
            {
                var (less, parts) = left.Take(back, Taxes);
                var without = rules.Compute(new SplitBasis(less.Proceeds, Eur(fee), less.Tips));
                journal.Add(RefundAccounting.Refunded(back, parts, splitBefore ? (with, without) : null, At));
                left = less;
            }

            var ledger = LedgerFold.Fold(journal);
            long Net(Account account) => ledger.Of(account, Currency.Eur).Net.MinorUnits;
            Assert.True(ledger.IsBalanced);
            Assert.Empty(LedgerProof.Verify(journal, ledger.Balances));
            Assert.Equal((0, 0, 0), (Net(Account.CustomerDebt), Net(Account.OfflineDeferred), Net(Account.OfflineAtRisk)));
            Assert.Equal((left.Goods + left.Tips).MinorUnits - fee, Net(Account.ProcessorClearing));
            Assert.Equal(left.Tax.MinorUnits, Net(Account.TaxPayable));
            Assert.Equal(splitBefore ? 0 : left.Proceeds.MinorUnits, Net(Account.EventProceeds));
        });

    private static Posting[] Declined(SaleApproved sale) => [SaleAccounting.OfflineSale(sale, Taxes, At), SaleAccounting.OfflineDeclined(sale, At)];

    private static SaleRefunded? Part(SaleRemainder left, long thousandths, RefundMethod method)
    {
        var (goods, tip) = (left.Goods.MinorUnits * thousandths / 1_000, left.Tips.MinorUnits * thousandths / 1_000);
        return goods + tip == 0 ? null : TestRefunds.Of("order-1", method.ToString(), goods, tip, method);
    }

    private static Dictionary<string, long> Nets(TrialBalance ledger) =>
        ledger.Balances.Where(b => b.Net.MinorUnits != 0).ToDictionary(b => b.Account.Code, b => b.Net.MinorUnits);
}
