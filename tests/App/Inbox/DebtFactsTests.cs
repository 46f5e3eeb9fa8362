using Marquee.App.Inbox;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;

namespace Marquee.App.Tests.Inbox;

public sealed class DebtFactsTests(Azurite azurite) : InboxScene(azurite)
{
    // A shirt, a book and a tip.
    private static readonly Money Owed = Given.Eur(3_850);

    [Fact]
    public async Task A_debt_that_is_paid_becomes_proceeds_tax_and_tip_once()
    {
        var eventId = await DeclinedAsync();
        var paid = Given.Fact(3, new DebtRecovered(eventId, "order-1", Owed, Given.Receipt("order-1")));
        await Inbox.BookAsync(eventId, [paid], Stop);
        await Inbox.BookAsync(eventId, [paid], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        long Net(Account account) => balances.Of(account, Currency.Eur).Net.MinorUnits;
        Assert.Equal((0, 0), (Net(Account.CustomerDebt), Net(Account.OfflineDeferred)));
        Assert.Equal((3_850 - 83, 150, 83), (Net(Account.ProcessorClearing), Net(Account.TipsPayable), Net(Account.ProcessorFees)));
        Assert.Equal(SaleState.Captured, Assert.Single(await Ledger.SalesAsync(eventId, Stop)).State);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task A_debt_comes_to_one_end_only()
    {
        var eventId = await DeclinedAsync();
        await Inbox.BookAsync(eventId, [Given.Fact(3, new DebtWrittenOff(eventId, "order-1", Owed, "uncollectable"))], Stop);

        Assert.Equal(Given.Eur(0), (await Ledger.BalancesAsync(eventId, Stop)).Of(Account.CustomerDebt, Currency.Eur).Net);
        Assert.Equal(SaleState.WrittenOff, Assert.Single(await Ledger.SalesAsync(eventId, Stop)).State);
        await RefusedAsync("not_a_debt", eventId, new DebtRecovered(eventId, "order-1", Owed, Given.Receipt("order-1")));
        await RefusedAsync("not_refundable", eventId, Refund(eventId, "r-1", 100, RefundMethod.Debt));
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task A_till_that_was_set_back_tells_of_debts_again_and_nothing_changes()
    {
        var eventId = await DeclinedAsync();
        var refund = Refund(eventId, "r-1", 1_200, RefundMethod.Debt);
        var paid = new DebtRecovered(eventId, "order-1", Given.Eur(2_650), Given.Receipt("order-1"));
        await Inbox.BookAsync(eventId, [Given.Fact(3, refund), Given.Fact(4, paid)], Stop);
        var before = (await Ledger.SnapshotAsync(eventId, Stop))!.Value.Postings.Count;

        await Inbox.BookAsync(eventId, [Given.Fact(11, new OfflineSaleDeclined(eventId, "order-1", "insufficient_funds")), Given.Fact(12, refund), Given.Fact(13, paid)], Stop);

        Assert.Equal(before, (await Ledger.SnapshotAsync(eventId, Stop))!.Value.Postings.Count);
        Assert.Equal(SaleState.Captured, Assert.Single(await Ledger.SalesAsync(eventId, Stop)).State);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task What_was_returned_before_is_not_paid_and_the_rest_can_go_back_to_the_card()
    {
        var eventId = await DeclinedAsync();
        await Inbox.BookAsync(eventId, [Given.Fact(3, Refund(eventId, "r-1", 1_200, RefundMethod.Debt))], Stop);
        await RefusedAsync("invalid_sale", eventId, new DebtRecovered(eventId, "order-1", Owed, Given.Receipt("order-1")));
        await Inbox.BookAsync(eventId, [Given.Fact(4, new DebtRecovered(eventId, "order-1", Given.Eur(2_650), Given.Receipt("order-1")))], Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(5, Refund(eventId, "r-2", 2_500, RefundMethod.Card))], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        Assert.Equal(Given.Eur(150 - 83), balances.Of(Account.ProcessorClearing, Currency.Eur).Net);
        Assert.Equal(Given.Eur(0), balances.Of(Account.TaxPayable, Currency.Eur).Net);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task A_debt_that_is_paid_after_the_split_goes_to_commission_and_parties_by_the_same_rules()
    {
        var eventId = await DeclinedAsync();
        await Inbox.BookAsync(eventId, [Given.Fact(3, Given.Sale(eventId, "order-2"))], Stop);
        var rules = Given.Plan(eventId).Split;
        var split = SaleAccounting.SplitPosted(rules.Compute(SplitBasis.Of(await Ledger.BalancesAsync(eventId, Stop), Currency.Eur)), Given.Doors)!;
        await Ledger.WriteAsync(eventId, book => book.PostAsync(split, Stop), Stop);

        await Inbox.BookAsync(eventId, [Given.Fact(4, new DebtRecovered(eventId, "order-1", Owed, Given.Receipt("order-1")))], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        var one = SaleRemainder.Of(Given.Sale(eventId, "order-2"), new TaxTable(new Dictionary<string, int> { ["shirt"] = 1900, ["book"] = 700 }));
        var whole = rules.Compute(new SplitBasis(one.Proceeds * 2, Given.Eur(2 * 83), one.Tips * 2));
        Assert.Equal(whole.Commission, balances.Of(Account.PlatformCommission, Currency.Eur).Net);
        Assert.All(whole.Parties, party => Assert.Equal(party.Total, balances.Of(Account.Payable(party.PartyId), Currency.Eur).Net));
        Assert.Equal(2 * 83, balances.Of(Account.ProcessorFees, Currency.Eur).DebitsMinorUnits);
        Assert.Equal(Given.Eur(0), balances.Of(Account.EventProceeds, Currency.Eur).Net);
        await ProveAsync(eventId);
    }

    private async Task<string> DeclinedAsync()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(
            eventId,
            [Given.Fact(1, Given.Sale(eventId, "order-1", ApprovalMode.Offline)), Given.Fact(2, new OfflineSaleDeclined(eventId, "order-1", "insufficient_funds"))],
            Stop);
        return eventId;
    }

    private async Task RefusedAsync(string code, string eventId, FactBody body) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<FactRefusedException>(() => Inbox.BookAsync(eventId, [Given.Fact(99, body)], Stop))).Code);

    private static SaleRefunded Refund(string eventId, string operationId, long goods, RefundMethod method) => new()
    {
        EventId = eventId,
        OrderId = "order-1",
        OperationId = operationId,
        Goods = Given.Eur(goods),
        Tip = Given.Eur(0),
        Lines = [],
        Method = method,
        RefundId = method == RefundMethod.Card ? "re_" + operationId : null,
    };

    private async Task ProveAsync(string eventId)
    {
        var (postings, balances) = (await Ledger.SnapshotAsync(eventId, Stop))!.Value;
        Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
        Assert.True(balances.IsBalanced);
    }
}
