using Marquee.Domain.Ledgers;

namespace Marquee.Domain.Tests.Ledgers;

public sealed class LedgerProofTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);
    private static readonly Posting Pending = Post("sale/one", Account.OfflineAtRisk, Account.OfflineDeferred, 100);
    private static readonly Posting Captured = Post("capture/one", Account.OfflineDeferred, Account.OfflineAtRisk, 100, resolves: "sale/one");

    [Fact]
    public void A_journal_and_its_fold_agree()
    {
        var fold = LedgerFold.Fold([Pending, Captured]);

        Assert.Empty(LedgerProof.Verify([Pending, Captured], fold.Balances));
        Assert.True(fold.IsBalanced);
        Assert.Equal(Eur(200), fold.Debits(Currency.Eur));
        Assert.Equal(Eur(200), fold.Credits(Currency.Eur));
        Assert.Equal(Eur(0), fold.Of(Account.OfflineAtRisk, Currency.Eur).Net);
    }

    [Fact]
    public void An_untouched_account_has_an_empty_balance() =>
        Assert.Equal(Balance.Empty(Account.TaxPayable, Currency.Eur), LedgerFold.Fold([]).Of(Account.TaxPayable, Currency.Eur));

    [Fact]
    public void A_balance_that_is_not_the_fold_is_found()
    {
        var stored = new Balance(Account.OfflineAtRisk, Currency.Eur, 99, 0);

        var difference = Assert.Single(LedgerProof.Verify([Pending], [stored, new Balance(Account.OfflineDeferred, Currency.Eur, 0, 100)]));

        Assert.Equal(new BalanceMismatch(stored, stored with { DebitsMinorUnits = 100 }), difference);
    }

    [Fact]
    public void A_missing_balance_and_one_too_many_are_found()
    {
        var extra = new Balance(Account.TaxPayable, Currency.Eur, 0, 1);

        var differences = LedgerProof.Verify([Pending], [new Balance(Account.OfflineAtRisk, Currency.Eur, 100, 0), extra]);

        Assert.Equal([new BalanceMissing(new Balance(Account.OfflineDeferred, Currency.Eur, 0, 100)), new BalanceWithoutPostings(extra)], differences);
    }

    [Fact]
    public void A_posting_that_is_there_twice_is_found() =>
        Assert.Contains(new DuplicatePosting("sale/one"), LedgerProof.Verify([Pending, Pending], LedgerFold.Fold([Pending, Pending]).Balances));

    [Fact]
    public void A_reference_to_a_posting_that_is_not_there_is_found() =>
        Assert.Equal([new UnknownReference("capture/one", "sale/one")], LedgerProof.Verify([Captured], LedgerFold.Fold([Captured]).Balances));

    [Fact]
    public void A_pending_sale_with_two_outcomes_is_found()
    {
        var declined = Post("forward-declined/one", Account.CustomerDebt, Account.OfflineAtRisk, 100, resolves: "sale/one");
        Posting[] journal = [Pending, Captured, declined];

        var difference = Assert.IsType<ResolvedTwice>(Assert.Single(LedgerProof.Verify(journal, LedgerFold.Fold(journal).Balances)));

        Assert.Equal(["capture/one", "forward-declined/one"], difference.PostingIds);
    }

    [Fact]
    public void A_balance_takes_only_its_own_entries()
    {
        var balance = Balance.Empty(Account.TaxPayable, Currency.Eur);

        Assert.Throws<ArgumentException>(() => balance.With(Entry.Credit(Account.EventProceeds, Eur(1))));
        Assert.Throws<ArgumentException>(() => balance.With(Entry.Credit(Account.TaxPayable, new Money(1, Currency.Of("JPY")))));
    }

    [Fact]
    public void A_total_that_no_longer_fits_throws()
    {
        var balance = Balance.Empty(Account.TaxPayable, Currency.Eur).With(Entry.Credit(Account.TaxPayable, Eur(long.MaxValue)));

        Assert.Throws<OverflowException>(() => balance.With(Entry.Credit(Account.TaxPayable, Eur(1))));
    }

    [Fact]
    public void Two_currencies_balance_apart()
    {
        var oneSided = new TrialBalance(
        [
            new Balance(Account.ProcessorClearing, Currency.Eur, 100, 0),
            new Balance(Account.ProcessorClearing, Currency.Of("JPY"), 0, 100),
        ]);

        Assert.False(oneSided.IsBalanced);
    }

    private static Posting Post(string id, Account debit, Account credit, long minorUnits, string? resolves = null) =>
        new(id, At, [Entry.Debit(debit, Eur(minorUnits)), Entry.Credit(credit, Eur(minorUnits))], "", resolves: resolves);

    private static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
