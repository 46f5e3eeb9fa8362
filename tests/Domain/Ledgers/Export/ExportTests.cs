using CsCheck;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Ledgers.Export;

namespace Marquee.Domain.Tests.Ledgers.Export;

public sealed class ExportTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 23, 30, 0, TimeSpan.FromHours(2));

    private static readonly Gen<Currency> AnyCurrency = Gen.OneOf(Gen.Const(Currency.Eur), Gen.Const(Currency.Of("JPY")), Gen.Const(Currency.Of("KWD")));

    private static readonly Gen<Account> AnyAccount = Gen.OneOf(
        Account.ProcessorClearing, Account.EventProceeds, Account.Payable("the-band"), Account.TaxPayable, Account.Reserve("the-band"));

    private static readonly Gen<RecordedPosting> AnyPosting = Gen.Select(
        Gen.Int[0, 2], AnyCurrency, AnyAccount, AnyAccount, Gen.Long[1, long.MaxValue / 4], Gen.String[Gen.Char[' ', '~'], 0, 40],
        (kind, currency, debit, credit, amount, text) =>
        {
            Entry[] entries = [Entry.Debit(debit, new Money(amount, currency)), Entry.Credit(credit, new Money(amount, currency))];
            var held = new Posting($"auth/{text}", At, entries, text, status: PostingStatus.Pending, expiresAt: At.AddDays(1));
            return new RecordedPosting(1, At, kind switch
            {
                0 => new Posting($"sale/{text}", At, entries, text),
                1 => held,
                _ => PendingRules.Post(held, $"capture/{text}", At, text),
            });
        });

    [Fact]
    public void A_journal_for_hledger_reads_back_balanced_with_the_same_amounts() => AnyPosting.Array[1, 5].Sample(postings =>
    {
        var journal = new StringWriter();
        HledgerJournal.WriteHeader(journal, postings.Select(one => one.Posting.Entries[0].Amount.Currency).Distinct());
        foreach (var posting in postings) HledgerJournal.Write(journal, posting);

        var read = ParsedHledger.Read(journal.ToString());
        Assert.Equal(postings.Length, read.Count);
        foreach (var (transaction, recorded) in read.Zip(postings))
        {
            var posting = recorded.Posting;
            Assert.Equal(new DateOnly(2026, 11, 20), transaction.Date);
            Assert.Equal(posting.Status == PostingStatus.Pending ? '!' : '*', transaction.Mark);
            Assert.Equal(0, transaction.Postings.Sum(line => line.Amount));
            var pending = posting.Status == PostingStatus.Pending ? posting.Entries : posting.Released ?? [];
            var debit = posting.Entries[0];
            Assert.Contains(transaction.Postings, line => line.Amount * (decimal)Math.Pow(10, debit.Amount.Currency.Exponent) == debit.Amount.MinorUnits && line.Commodity == debit.Amount.Currency.Code);
            Assert.Equal(pending.Count, transaction.Postings.Count(line => line.Account.EndsWith(":pending", StringComparison.Ordinal)));
        }
    });

    [Fact]
    public void What_would_break_the_line_is_taken_out_of_a_text_for_hledger()
    {
        var journal = new StringWriter();
        HledgerJournal.Write(journal, new RecordedPosting(7, At, Post("sale/(1)", "Tip; or\n    assets:mine  1 EUR | note")));

        var transaction = Assert.Single(ParsedHledger.Read(journal.ToString()));
        Assert.Equal("sale/[1]", transaction.Code);
        Assert.Equal("Tip, or     assets:mine  1 EUR / note", transaction.Description);
        Assert.Equal([("debit:processor-clearing", 12.5m, "EUR"), ("credit:payable:the-band", -12.5m, "EUR")], transaction.Postings);
    }

    [Fact]
    public void A_line_of_CSV_has_the_entry_and_a_text_that_cannot_be_taken_for_a_formula()
    {
        var csv = new StringWriter();
        LedgerCsv.Write(csv, new RecordedPosting(7, At, Post("sale/1", "=1+1, \"quoted\"")));

        Assert.Equal(
            "7,2026-11-20T21:30:00Z,2026-11-20T21:30:00Z,sale/1,posted,post,processor-clearing,debit,12.50,EUR,,,,\"'=1+1, \"\"quoted\"\"\"\r\n"
            + "7,2026-11-20T21:30:00Z,2026-11-20T21:30:00Z,sale/1,posted,post,payable/the-band,credit,12.50,EUR,,,,\"'=1+1, \"\"quoted\"\"\"\r\n",
            csv.ToString());
        Assert.Equal(14, LedgerCsv.Header.Split(',').Length);
    }

    private static Posting Post(string id, string narrative) => new(
        id,
        At,
        [Entry.Debit(Account.ProcessorClearing, new Money(1_250, Currency.Eur)), Entry.Credit(Account.Payable("the-band"), new Money(1_250, Currency.Eur))],
        narrative);
}
