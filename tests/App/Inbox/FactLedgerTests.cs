using CsCheck;
using Marquee.App.Inbox;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Tests.Inbox;

public sealed class FactLedgerTests(Azurite azurite) : InboxScene(azurite)
{
    [Fact]
    public async Task An_online_sale_is_booked_with_its_tax_tip_and_fee()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(1, Given.Sale(eventId, "order-1"))], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        // 25.00 at 19 % holds 3.99 of tax, 12.00 at 7 % holds 0.79.
        Assert.Equal(Given.Eur(478), balances.Of(Account.TaxPayable, Currency.Eur).Net);
        Assert.Equal(Given.Eur(3_222), balances.Of(Account.EventProceeds, Currency.Eur).Net);
        Assert.Equal(Given.Eur(150), balances.Of(Account.TipsPayable, Currency.Eur).Net);
        Assert.Equal(Given.Eur(3_850 - 83), balances.Of(Account.ProcessorClearing, Currency.Eur).Net);
        Assert.True(balances.IsBalanced);
    }

    [Fact]
    public async Task Facts_that_come_again_are_booked_once()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        EdgeFact[] facts = [Given.Fact(1, Given.Sale(eventId, "order-1")), Given.Fact(2, Given.Sale(eventId, "order-2"))];
        await Inbox.BookAsync(eventId, facts, Stop);
        await Inbox.BookAsync(eventId, [facts[1], Given.Fact(3, Given.Sale(eventId, "order-3"))], Stop);

        Assert.Equal(3, (await Ledger.SalesAsync(eventId, Stop)).Count);
        Assert.Equal(Given.Eur(450), (await Ledger.BalancesAsync(eventId, Stop)).Of(Account.TipsPayable, Currency.Eur).Net);
    }

    [Fact]
    public async Task An_offline_sale_is_at_risk_until_it_is_captured()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(1, Given.Sale(eventId, "order-1", ApprovalMode.Offline))], Stop);
        Assert.Equal(Given.Eur(3_850), (await Ledger.BalancesAsync(eventId, Stop)).Of(Account.OfflineAtRisk, Currency.Eur).Net);

        await Inbox.BookAsync(eventId, [Given.Fact(2, new OfflineSaleCaptured(eventId, "order-1", Given.Receipt("order-1")))], Stop);
        var balances = await Ledger.BalancesAsync(eventId, Stop);
        Assert.Equal(Given.Eur(0), balances.Of(Account.OfflineAtRisk, Currency.Eur).Net);
        Assert.Equal(Given.Eur(3_222), balances.Of(Account.EventProceeds, Currency.Eur).Net);
        Assert.Equal(SaleState.Captured, Assert.Single(await Ledger.SalesAsync(eventId, Stop)).State);
    }

    [Fact]
    public async Task An_offline_sale_and_its_outcome_in_one_batch_are_booked_in_order()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(
            eventId,
            [Given.Fact(1, Given.Sale(eventId, "order-1", ApprovalMode.Offline)), Given.Fact(2, new OfflineSaleDeclined(eventId, "order-1", "insufficient_funds"))],
            Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        Assert.Equal(Given.Eur(3_850), balances.Of(Account.CustomerDebt, Currency.Eur).Net);
        Assert.Equal(Given.Eur(0), balances.Of(Account.OfflineAtRisk, Currency.Eur).Net);
    }

    [Theory]
    [InlineData("unknown_sale")]
    [InlineData("not_outstanding")]
    [InlineData("invalid_sale")]
    [InlineData("ledger_clash")]
    public async Task What_cannot_be_booked_is_refused_with_a_code_and_nothing_of_its_batch_is_stored(string code)
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(1, Given.Sale(eventId, "order-1"))], Stop);
        var before = await Ledger.BalancesAsync(eventId, Stop);
        FactBody bad = code switch
        {
            "unknown_sale" => new OfflineSaleCaptured(eventId, "order-9", Given.Receipt("order-9")),
            "not_outstanding" => new OfflineSaleCaptured(eventId, "order-1", Given.Receipt("order-1")),
            "invalid_sale" => Given.Sale(eventId, "order-2") with { Total = Given.Eur(1) },
            _ => Given.Sale(eventId, "order-1", tip: 999),
        };

        var refused = await Assert.ThrowsAsync<FactRefusedException>(
            () => Inbox.BookAsync(eventId, [Given.Fact(2, Given.Sale(eventId, "order-3")), Given.Fact(3, bad)], Stop));

        Assert.Equal((code, "berlin.till.3"), (refused.Code, refused.Fact.Id));
        Assert.Equal(before.Balances, (await Ledger.BalancesAsync(eventId, Stop)).Balances);
    }

    [Fact]
    public async Task Any_interleaving_of_two_pops_with_repeats_gives_one_ledger() =>
        await Gen.Int[0, 1_000_000].SampleAsync(
            async seed =>
            {
                var eventId = await Given.EventAsync(Events, Stop);
                var random = new Random(seed);
                await Task.WhenAll(DeliverAsync("berlin", new Random(random.Next())), DeliverAsync("lisbon", new Random(random.Next())));

                var (postings, balances) = (await Ledger.SnapshotAsync(eventId, Stop))!.Value;
                Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
                Assert.Equal(20, (await Ledger.SalesAsync(eventId, Stop)).Count);
                Assert.Equal(Given.Eur(20 * 150), balances.Of(Account.TipsPayable, Currency.Eur).Net + balances.Of(Account.OfflineAtRisk, Currency.Eur).Net);

                async Task DeliverAsync(string popId, Random chance)
                {
                    var facts = Enumerable.Range(1, 10).Select(n => Given.Fact(n, Given.Sale(eventId, $"{popId}-{n}"), popId)).ToArray();
                    for (var done = 0; done < facts.Length;)
                    {
                        // At least once: a batch may start again before what was acknowledged.
                        var from = Math.Max(0, done - chance.Next(3));
                        var to = Math.Min(facts.Length, done + 1 + chance.Next(4));
                        await Inbox.BookAsync(eventId, facts[from..to], Stop);
                        done = to;
                    }
                }
            },
            iter: 5,
            threads: 1);
}
