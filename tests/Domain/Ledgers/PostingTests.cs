using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.Domain.Tests.Ledgers;

public sealed class PostingTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);
    private static readonly Entry In = Entry.Debit(Account.ProcessorClearing, Eur(100));
    private static readonly Entry Out = Entry.Credit(Account.EventProceeds, Eur(100));

    [Fact]
    public void A_balanced_posting_keeps_its_entries_in_order()
    {
        var posting = new Posting("sale/one", At, [In, Out], "Sale one");

        Assert.Equal([In, Out], posting.Entries);
    }

    public static TheoryData<PostingFault, string, Entry[]> Faults => new()
    {
        { PostingFault.NoId, "", [In, Out] },
        { PostingFault.TooFewEntries, "p", [In] },
        { PostingFault.TooManyEntries, "p", [.. Enumerable.Repeat(In, 41)] },
        { PostingFault.AmountNotPositive, "p", [Entry.Debit(Account.ProcessorClearing, Eur(0)), Entry.Credit(Account.EventProceeds, Eur(0))] },
        { PostingFault.AmountNotPositive, "p", [Entry.Debit(Account.ProcessorClearing, Eur(-100)), Entry.Credit(Account.EventProceeds, Eur(-100))] },
        { PostingFault.MixedCurrencies, "p", [In, Entry.Credit(Account.EventProceeds, new Money(100, Currency.Of("JPY")))] },
        { PostingFault.Unbalanced, "p", [In, Entry.Credit(Account.EventProceeds, Eur(99))] },
        { PostingFault.Unbalanced, "p", [In, In] },
        {
            // In 64 bits these debits would wrap round to the credit.
            PostingFault.Unbalanced, "p",
            [
                Entry.Debit(Account.ProcessorClearing, Eur(long.MaxValue)), Entry.Debit(Account.ProcessorClearing, Eur(long.MaxValue)),
                Entry.Debit(Account.ProcessorClearing, Eur(3)), Entry.Credit(Account.EventProceeds, Eur(1)),
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_posting_that_breaks_double_entry_cannot_be_made(PostingFault fault, string id, Entry[] entries) =>
        Assert.Equal(fault, Assert.Throws<InvalidPostingException>(() => new Posting(id, At, entries, "")).Fault);

    [Fact]
    public void A_posting_reads_back_from_JSON_as_the_same_posting()
    {
        var posting = new Posting("capture/one", At, [In, Out], "Captured", corrects: "sale/zero", resolves: "sale/one");

        Assert.Equal(posting, JsonSerializer.Deserialize<Posting>(JsonSerializer.Serialize(posting, ContractJson.Options), ContractJson.Options));
    }

    [Fact]
    public void A_posting_does_not_change_with_the_list_it_was_made_from()
    {
        Entry[] entries = [In, Out];
        var posting = new Posting("sale/one", At, entries, "");

        entries[1] = Entry.Credit(Account.EventProceeds, Eur(1));

        Assert.Equal(Out, posting.Entries[1]);
    }

    private static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
