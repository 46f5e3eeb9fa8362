using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Tests.Storage;

public sealed class LedgerStoreTests(Azurite azurite)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly LedgerStore _ledger = new(azurite.Tables, TimeProvider.System);

    [Fact]
    public async Task A_posting_and_its_balances_are_stored_together()
    {
        var eventId = Given.NewId("ledger");
        await PostAsync(eventId, Tip("sale/1", 250));

        var (postings, balances) = (await _ledger.SnapshotAsync(eventId, Stop))!.Value;
        Assert.Equal(Tip("sale/1", 250), Assert.Single(postings));
        Assert.Equal(Given.Eur(250), balances.Of(Account.TipsPayable, Currency.Eur).Net);
        Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
    }

    [Fact]
    public async Task The_same_posting_twice_is_booked_once()
    {
        var eventId = Given.NewId("ledger");
        Assert.True(await PostAsync(eventId, Tip("sale/1", 250)));
        Assert.False(await PostAsync(eventId, Tip("sale/1", 250)));

        Assert.Equal(Given.Eur(250), (await _ledger.BalancesAsync(eventId, Stop)).Of(Account.TipsPayable, Currency.Eur).Net);
    }

    [Fact]
    public async Task Another_posting_under_a_used_id_is_refused()
    {
        var eventId = Given.NewId("ledger");
        await PostAsync(eventId, Tip("sale/1", 250));

        await Assert.ThrowsAsync<LedgerClashException>(() => PostAsync(eventId, Tip("sale/1", 251)));
        Assert.Equal(Given.Eur(250), (await _ledger.BalancesAsync(eventId, Stop)).Of(Account.TipsPayable, Currency.Eur).Net);
    }

    [Fact]
    public async Task Writers_that_race_lose_nothing()
    {
        var eventId = Given.NewId("ledger");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 5; i++)
            {
                await PostAsync(eventId, Tip($"sale/{writer}-{i}", 100));
            }
        }));

        var (postings, balances) = (await _ledger.SnapshotAsync(eventId, Stop))!.Value;
        Assert.Equal(40, postings.Count);
        Assert.Equal(Given.Eur(4_000), balances.Of(Account.ProcessorClearing, Currency.Eur).Net);
        Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
    }

    [Fact]
    public async Task A_party_account_survives_the_row_key()
    {
        var eventId = Given.NewId("ledger");
        await PostAsync(eventId, new Posting(
            "transfer/the-band",
            Given.Doors,
            [Entry.Debit(Account.Payable("the-band"), Given.Eur(5)), Entry.Credit(Account.ProcessorClearing, Given.Eur(5))],
            "Transfer"));

        Assert.Equal(Given.Eur(-5), (await _ledger.BalancesAsync(eventId, Stop)).Of(Account.Payable("the-band"), Currency.Eur).Net);
    }

    [Fact]
    public async Task More_than_a_transaction_holds_is_refused_as_a_whole()
    {
        var eventId = Given.NewId("ledger");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _ledger.WriteAsync(
            eventId,
            async book =>
            {
                for (var i = 0; i <= LedgerLimits.MaxOperations; i++)
                {
                    await book.PostAsync(Tip($"sale/{i}", 1), Stop);
                }

                return true;
            },
            Stop));
        Assert.Empty((await _ledger.SnapshotAsync(eventId, Stop))!.Value.Postings);
    }

    private Task<bool> PostAsync(string eventId, Posting posting) => _ledger.WriteAsync(eventId, book => book.PostAsync(posting, Stop), Stop);

    private static Posting Tip(string id, long minorUnits) => new(
        id, Given.Doors, [Entry.Debit(Account.ProcessorClearing, Given.Eur(minorUnits)), Entry.Credit(Account.TipsPayable, Given.Eur(minorUnits))], "Tip");
}
