using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.Domain.Tests.Ledgers;

public sealed class PendingRulesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = At.AddHours(1);

    private enum Move
    {
        PostAll,
        PostPart,
        PostTooMuch,
        Void,
        LetTimePass,
    }

    [Fact]
    public void A_pending_posting_needs_an_end_and_a_void_no_entries()
    {
        var entries = Entries(100);
        Assert.Equal(PostingFault.PendingWithoutExpiry, Fault(() => new Posting("p", At, entries, "", status: PostingStatus.Pending)));
        Assert.Equal(PostingFault.PendingWithoutExpiry, Fault(() => new Posting("p", At, entries, "", resolves: "q", status: PostingStatus.Pending, expiresAt: Later)));
        Assert.Equal(PostingFault.VoidWithEntries, Fault(() => new Posting("p", At, entries, "", resolves: "q", status: PostingStatus.Voided, released: entries)));
        Assert.Equal(PostingFault.TooFewEntries, Fault(() => new Posting("p", At, [], "", resolves: "q", status: PostingStatus.Voided)));
        Assert.Equal(PostingFault.ReleasesNothing, Fault(() => new Posting("p", At, [], "", status: PostingStatus.Voided, released: entries)));
        Assert.Equal(PostingFault.ReleasesNothing, Fault(() => new Posting("p", At, entries, "", expiresAt: Later)));
        Assert.Equal(PostingFault.NarrativeTooLong, Fault(() => new Posting("p", At, entries, new string('x', Posting.MaxNarrative + 1))));
    }

    [Fact]
    public void A_pending_posting_and_its_outcomes_read_back_from_JSON()
    {
        var pending = Pending("auth/1", 100);
        foreach (var posting in (Posting[])[pending, PendingRules.Post(pending, "capture/1", At, "All"), PendingRules.Void(pending, "void/1", At, "None")])
        {
            Assert.Equal(posting, System.Text.Json.JsonSerializer.Deserialize<Posting>(System.Text.Json.JsonSerializer.Serialize(posting, ContractJson.Options), ContractJson.Options));
        }
    }

    [Fact]
    public void A_fee_may_come_with_what_is_posted()
    {
        var pending = Pending("auth/1", 100);
        Entry[] entries = [.. Entries(100), Entry.Debit(Account.ProcessorFees, Eur(3)), Entry.Credit(Account.ProcessorClearing, Eur(3))];
        Assert.Null(PendingRules.Check(pending, PendingRules.Post(pending, "capture/1", At, "", entries), At));
    }

    /// <summary>Whatever is tried in whatever order, one outcome is taken, and then nothing is held any more.</summary>
    [Fact]
    public void A_pending_posting_resolves_once() => Gen.Select(Gen.Long[1, 1_000], Gen.Enum<Move>().Array[1, 12]).Sample((amount, moves) =>
    {
        var pending = Pending("auth/1", amount);
        List<Posting> journal = [pending];
        var now = At;
        foreach (var (move, i) in moves.Select((move, i) => (move, i)))
        {
            if (move == Move.LetTimePass) now = now.AddMinutes(20);
            if (move == Move.LetTimePass || journal.Count > 1) continue;
            var tried = move switch
            {
                Move.PostAll => PendingRules.Post(pending, $"capture/{i}", now, ""),
                Move.PostPart => PendingRules.Post(pending, $"capture/{i}", now, "", Entries(Math.Max(1, amount / 2))),
                Move.PostTooMuch => PendingRules.Post(pending, $"capture/{i}", now, "", Entries(amount + 1)),
                _ => PendingRules.Void(pending, $"void/{i}", now, ""),
            };
            var refusal = PendingRules.Check(pending, tried, now);
            var expected = move switch
            {
                Move.Void => (LedgerRefusal?)null,
                _ when now >= Later => LedgerRefusal.PendingExpired,
                Move.PostTooMuch => LedgerRefusal.NotWhatWasPending,
                _ => null,
            };
            Assert.Equal(expected, refusal);
            if (refusal is null) journal.Add(tried);
        }

        var fold = LedgerFold.Fold(journal);
        Assert.Empty(LedgerProof.Verify(journal, fold.Balances));
        var clearing = fold.Of(Account.ProcessorClearing, Currency.Eur);
        Assert.Equal(journal.Count > 1 ? 0 : amount, clearing.PendingDebitsMinorUnits);
        Assert.InRange(clearing.DebitsMinorUnits, 0, amount);
        // A second outcome, taken all the same, does not pass the proof.
        if (journal.Count > 1)
        {
            List<Posting> twice = [.. journal, PendingRules.Void(pending, "void/again", now, "")];
            Assert.Contains(LedgerProof.Verify(twice, LedgerFold.Fold(twice).Balances), difference => difference is ResolvedTwice);
        }
    });

    [Fact]
    public void A_release_of_something_else_is_found()
    {
        var pending = Pending("auth/1", 100);
        var wrong = new Posting("void/1", At, [], "", resolves: "auth/1", status: PostingStatus.Voided, released: Entries(99));
        Assert.Contains(new WrongRelease("void/1", "auth/1"), LedgerProof.Verify([pending, wrong], LedgerFold.Fold([pending, wrong]).Balances));
        Assert.Equal(LedgerRefusal.NotWhatWasPending, PendingRules.Check(pending, wrong, At));
    }

    [Fact]
    public void An_account_with_a_floor_counts_what_pending_postings_may_take()
    {
        var reserve = Account.Reserve("the-band");
        var balance = Balance.Empty(reserve, Currency.Eur).With(Entry.Credit(reserve, Eur(100))).Holding(Entry.Debit(reserve, Eur(60)));
        Assert.Equal(Eur(40), balance.Available);
        Assert.False(balance.IsBelowFloor);
        Assert.True(balance.Holding(Entry.Debit(reserve, Eur(41))).IsBelowFloor);
        Assert.False(Balance.Empty(Account.Payable("the-band"), Currency.Eur).With(Entry.Debit(Account.Payable("the-band"), Eur(1))).IsBelowFloor);
    }

    [Fact]
    public void Accounts_of_parties_read_back_from_their_codes()
    {
        foreach (var account in (Account[])[Account.Payable("the-band"), Account.Reserve("the-band"), Account.Receivable("the-band")])
        {
            Assert.Equal(account, Account.Parse(account.Code));
            Assert.Equal("the-band", account.PartyId);
        }

        Assert.False(Account.TryParse("reserve/", out _));
        Assert.False(Account.TryParse("other/the-band", out _));
        Assert.False(Account.TryParse("reserve/the-band/x", out _));
    }

    [Fact]
    public void A_late_posting_says_when_it_happened()
    {
        var posting = Pending("auth/1", 1).CarriedTo(Later);
        Assert.Equal(Later, posting.EffectiveAt);
        Assert.EndsWith("late: of 2026-11-20T21:00:00Z", posting.Narrative, StringComparison.Ordinal);
        Assert.Equal(PostingDigest.Of(Pending("auth/1", 1)), PostingDigest.Of(posting));
    }

    [Fact]
    public void Another_amount_account_or_outcome_is_another_request()
    {
        var posting = new Posting("p", At, Entries(100), "");
        Posting[] others =
        [
            new Posting("p", At, Entries(101), ""),
            new Posting("p", At, [.. Entries(100).Reverse()], ""),
            new Posting("p", At, Entries(100), "", corrects: "q"),
            new Posting("p", At, Entries(100), "", resolves: "q"),
            Pending("p", 100),
        ];
        Assert.All(others, other => Assert.NotEqual(PostingDigest.Of(posting), PostingDigest.Of(other)));
        Assert.Equal(PostingDigest.Of(posting), PostingDigest.Of(new Posting("p", Later, Entries(100), "Other words")));
    }

    private static Posting Pending(string id, long minorUnits) => new(id, At, Entries(minorUnits), "Hold", status: PostingStatus.Pending, expiresAt: Later);

    private static Entry[] Entries(long minorUnits) => [Entry.Debit(Account.ProcessorClearing, Eur(minorUnits)), Entry.Credit(Account.EventProceeds, Eur(minorUnits))];

    private static PostingFault Fault(Func<Posting> make) => Assert.Throws<InvalidPostingException>(make).Fault;

    private static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
