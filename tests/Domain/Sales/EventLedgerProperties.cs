using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;
using Marquee.Domain.Tests.Splitting;
using static Marquee.Domain.Tests.Sales.TestSales;

namespace Marquee.Domain.Tests.Sales;

/// <summary>Whole events of random sales, captures, declines, a split and its transfers.</summary>
public sealed class EventLedgerProperties
{
    private enum Outcome
    {
        Online,
        Outstanding,
        Captured,
        Declined,
    }

    private sealed record Sold(SaleLine[] Lines, long Tip, long Fee, Outcome Outcome);

    private static readonly Gen<SaleLine> Line = Gen.Select(
        Gen.OneOf("shirt", "book", "gift"), Gen.Int[1, 5], Gen.Long[1, 20_000], (sku, quantity, price) => new SaleLine(sku, quantity, price));

    private static readonly Gen<Sold> AnySale = Gen.Select(
        Line.Array[1, 4], Gen.Long[0, 2_000], Gen.Long[0, 400], Gen.Enum<Outcome>(), (lines, tip, fee, outcome) => new Sold(lines, tip, fee, outcome));

    [Fact]
    public void After_every_fact_debits_equal_credits_and_the_proof_finds_nothing() => AnySale.Array[0, 30].Sample(sales =>
    {
        List<Posting> journal = [];
        var stored = new Dictionary<Account, Balance>();
        foreach (var posting in sales.SelectMany((sale, i) => Postings($"order-{i}", sale)))
        {
            journal.Add(posting);
            foreach (var entry in posting.Entries)
                stored[entry.Account] = stored.GetValueOrDefault(entry.Account, Balance.Empty(entry.Account, Currency.Eur)).With(entry);

            Assert.True(new TrialBalance(stored.Values).IsBalanced);
        }

        Assert.Empty(LedgerProof.Verify(journal, stored.Values));
    });

    [Fact]
    public void At_the_end_clearing_holds_exactly_tax_commission_and_what_is_not_paid_out() =>
        Gen.Select(AnySale.Array[1, 30], SplitRulesTests.AnyRules).Sample((sales, rules) =>
        {
            List<Posting> journal = [.. sales.SelectMany((sale, i) => Postings($"order-{i}", sale))];
            var split = rules.Compute(SplitBasis.Of(LedgerFold.Fold(journal), Currency.Eur));
            if (SaleAccounting.SplitPosted(split, At) is { } posted) journal.Add(posted);
            foreach (var party in split.Parties.Where(party => party.Total.MinorUnits > 0))
                journal.Add(SaleAccounting.Transferred(party.PartyId, party.Total, "tr_1", At));

            var ledger = LedgerFold.Fold(journal);
            long Net(Account account) => ledger.Of(account, Currency.Eur).Net.MinorUnits;

            Assert.True(ledger.IsBalanced);
            Assert.Empty(LedgerProof.Verify(journal, ledger.Balances));
            var owed = split.Parties.Sum(party => Math.Min(party.Total.MinorUnits, 0));
            Assert.Equal(Net(Account.TaxPayable) + Net(Account.PlatformCommission) + owed, Net(Account.ProcessorClearing));
            Assert.Equal(Net(Account.OfflineAtRisk) + Net(Account.CustomerDebt), Net(Account.OfflineDeferred));
            Assert.Equal(0, Net(Account.EventProceeds) + Net(Account.ProcessorFees) + Net(Account.TipsPayable));
        });

    [Fact]
    public void Money_that_is_not_captured_is_never_divided() => AnySale.Array[1, 20].Sample(sales =>
    {
        var uncaptured = sales.Select(sale => sale.Outcome is Outcome.Online or Outcome.Captured
            ? sale with { Outcome = Outcome.Outstanding }
            : sale);

        var ledger = LedgerFold.Fold(uncaptured.SelectMany((sale, i) => Postings($"order-{i}", sale)));

        Assert.Equal(new SplitBasis(Eur(0), Eur(0), Eur(0)), SplitBasis.Of(ledger, Currency.Eur));
    });

    private static IEnumerable<Posting> Postings(string orderId, Sold sold)
    {
        var offline = Offline(orderId, sold.Tip, sold.Lines);
        if (sold.Outcome == Outcome.Online)
        {
            yield return SaleAccounting.OnlineSale(Online(orderId, sold.Tip, sold.Fee, sold.Lines), Taxes, At);
            yield break;
        }

        yield return SaleAccounting.OfflineSale(offline, Taxes, At);
        if (sold.Outcome == Outcome.Captured) yield return SaleAccounting.OfflineCaptured(offline, Receipt(sold.Fee), Taxes, At);
        if (sold.Outcome == Outcome.Declined) yield return SaleAccounting.OfflineDeclined(offline, At);
    }
}
