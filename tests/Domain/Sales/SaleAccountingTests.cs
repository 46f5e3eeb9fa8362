using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;
using static Marquee.Domain.Tests.Sales.TestSales;

namespace Marquee.Domain.Tests.Sales;

public sealed class SaleAccountingTests
{
    private static readonly SaleLine Shirt = new("shirt", 1, 2_500);
    private static readonly SaleLine Books = new("book", 2, 1_000);

    [Fact]
    public void An_online_sale_books_net_proceeds_tax_tip_and_fee()
    {
        var posting = SaleAccounting.OnlineSale(Online("one", 300, 97, Shirt, Books), Taxes, At);

        Assert.Equal("sale/one", posting.Id);
        Assert.Equal(At, posting.EffectiveAt);
        // 25.00 at 19 % holds 3.99 tax, 20.00 at 7 % holds 1.31.
        Assert.Equal(
            [
                Entry.Debit(Account.ProcessorClearing, Eur(4_800)),
                Entry.Credit(Account.EventProceeds, Eur(3_970)),
                Entry.Credit(Account.TaxPayable, Eur(530)),
                Entry.Credit(Account.TipsPayable, Eur(300)),
                Entry.Debit(Account.ProcessorFees, Eur(97)),
                Entry.Credit(Account.ProcessorClearing, Eur(97)),
            ],
            posting.Entries);
    }

    [Fact]
    public void Tax_is_rounded_once_for_all_lines_of_a_rate()
    {
        // 3 × 0.04 at 19 %: each line alone holds 0.0064, together 0.0192, which rounds to 0.02.
        SaleLine[] lines = [new("shirt", 1, 4), new("shirt", 1, 4), new("shirt", 1, 4)];

        Assert.Equal(2, IncludedTax.Of(lines, Taxes));
    }

    [Fact]
    public void A_sale_without_tax_tip_or_fee_has_no_entries_for_them()
    {
        var posting = SaleAccounting.OnlineSale(Online("one", 0, 0, new SaleLine("gift", 1, 500)), Taxes, At);

        Assert.Equal([Entry.Debit(Account.ProcessorClearing, Eur(500)), Entry.Credit(Account.EventProceeds, Eur(500))], posting.Entries);
    }

    [Fact]
    public void An_offline_sale_is_at_risk_and_nothing_else()
    {
        var posting = SaleAccounting.OfflineSale(Offline("two", 100, Shirt), Taxes, At);

        Assert.Equal("sale/two", posting.Id);
        Assert.Equal([Entry.Debit(Account.OfflineAtRisk, Eur(2_600)), Entry.Credit(Account.OfflineDeferred, Eur(2_600))], posting.Entries);
    }

    [Fact]
    public void A_captured_offline_sale_ends_up_as_if_it_had_been_online()
    {
        var original = Offline("two", 100, Shirt, Books);
        var capture = SaleAccounting.OfflineCaptured(original, Receipt(64), Taxes, At);

        var offline = LedgerFold.Fold([SaleAccounting.OfflineSale(original, Taxes, At), capture]);
        var online = LedgerFold.Fold([SaleAccounting.OnlineSale(Online("two", 100, 64, Shirt, Books), Taxes, At)]);

        Assert.Equal("capture/two", capture.Id);
        Assert.Equal("sale/two", capture.Resolves);
        Assert.Equal(0, offline.Of(Account.OfflineAtRisk, Currency.Eur).Net.MinorUnits);
        Assert.Equal(0, offline.Of(Account.OfflineDeferred, Currency.Eur).Net.MinorUnits);
        Assert.All(online.Balances, balance => Assert.Equal(balance, offline.Of(balance.Account, Currency.Eur)));
    }

    [Fact]
    public void An_offline_sale_declined_when_forwarded_is_a_debt()
    {
        var original = Offline("three", 0, Shirt);
        var declined = SaleAccounting.OfflineDeclined(original, At);

        var ledger = LedgerFold.Fold([SaleAccounting.OfflineSale(original, Taxes, At), declined]);

        Assert.Equal("forward-declined/three", declined.Id);
        Assert.Equal(Eur(2_500), ledger.Of(Account.CustomerDebt, Currency.Eur).Net);
        Assert.Equal(Eur(0), ledger.Of(Account.OfflineAtRisk, Currency.Eur).Net);
        Assert.Equal(Eur(0), ledger.Of(Account.EventProceeds, Currency.Eur).Net);
    }

    [Fact]
    public void A_split_empties_proceeds_fees_and_tips_and_transfers_empty_the_payables()
    {
        var sale = SaleAccounting.OnlineSale(Online("one", 300, 97, Shirt, Books), Taxes, At);
        var rules = new SplitRules(3, 500, [new("ada", 6_000), new("ben", 4_000)], "ada");
        var split = rules.Compute(SplitBasis.Of(LedgerFold.Fold([sale]), Currency.Eur));
        var posted = SaleAccounting.SplitPosted(split, At)!;
        var transfers = split.Parties.Select(party => SaleAccounting.Transferred(party.PartyId, party.Total, "tr_1", At)).ToArray();

        var ledger = LedgerFold.Fold([sale, posted, .. transfers]);

        Assert.Equal("split/3", posted.Id);
        Assert.Equal("transfer/ada", transfers[0].Id);
        Assert.All(
            new[] { Account.EventProceeds, Account.ProcessorFees, Account.TipsPayable, Account.Payable("ada"), Account.Payable("ben") },
            account => Assert.Equal(Eur(0), ledger.Of(account, Currency.Eur).Net));
        Assert.Equal(Eur(199), ledger.Of(Account.PlatformCommission, Currency.Eur).Net);
        // What stays with the processor is the state's and the platform's.
        Assert.Equal(Eur(530 + 199), ledger.Of(Account.ProcessorClearing, Currency.Eur).Net);
    }

    [Fact]
    public void A_loss_leaves_the_parties_owing()
    {
        var rules = new SplitRules(1, 0, [new("ada", 10_000)], "ada");

        var posting = SaleAccounting.SplitPosted(rules.Compute(new SplitBasis(Eur(20), Eur(51), Eur(0))), At)!;

        Assert.Contains(Entry.Debit(Account.Payable("ada"), Eur(31)), posting.Entries);
    }

    [Fact]
    public void Nothing_sold_is_nothing_to_post()
    {
        var rules = new SplitRules(1, 500, [new("ada", 10_000)], "ada");

        Assert.Null(SaleAccounting.SplitPosted(rules.Compute(new SplitBasis(Eur(0), Eur(0), Eur(0))), At));
    }

    [Fact]
    public void The_widest_split_still_fits_a_posting()
    {
        var shares = Enumerable.Range(0, SplitRules.MaxShares).Select(i => new SplitShare($"party-{i}", i == 0 ? 7_100 : 100)).ToList();
        var rules = new SplitRules(1, 500, shares, "party-0");

        Assert.NotNull(SaleAccounting.SplitPosted(rules.Compute(new SplitBasis(Eur(1_000_000), Eur(100), Eur(50))), At));
    }

    [Fact]
    public void A_sale_is_booked_only_in_the_mode_in_which_it_was_approved()
    {
        Assert.Throws<InvalidSaleException>(() => SaleAccounting.OnlineSale(Offline("one", 0, Shirt), Taxes, At));
        Assert.Throws<InvalidSaleException>(() => SaleAccounting.OfflineSale(Online("one", 0, 10, Shirt), Taxes, At));
        Assert.Throws<InvalidSaleException>(() => SaleAccounting.OfflineCaptured(Online("one", 0, 10, Shirt), Receipt(10), Taxes, At));
    }

    [Fact]
    public void A_fee_in_another_currency_or_below_zero_is_refused()
    {
        var original = Offline("one", 0, Shirt);
        var yen = new ProcessorReceipt("pi_1", "ch_1", new Money(10, Currency.Of("JPY")));

        Assert.Equal(SaleFault.MixedCurrencies, Assert.Throws<InvalidSaleException>(() => SaleAccounting.OfflineCaptured(original, yen, Taxes, At)).Fault);
        Assert.Equal(SaleFault.NegativeFee, Assert.Throws<InvalidSaleException>(() => SaleAccounting.OfflineCaptured(original, Receipt(-1), Taxes, At)).Fault);
    }
}
