using Marquee.App.Inbox;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;

namespace Marquee.App.Tests.Inbox;

public sealed class RefundFactsTests(Azurite azurite) : InboxScene(azurite)
{
    [Fact]
    public async Task A_refund_that_comes_twice_is_booked_once_and_the_sale_knows_what_is_left()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        var refund = Given.Fact(2, Refund(eventId, "r-1", 1_200, lines: new SaleLine("book", 1, 1_200)));
        await Inbox.BookAsync(eventId, [Given.Fact(1, Given.Sale(eventId, "order-1"))], Stop);
        await Inbox.BookAsync(eventId, [refund], Stop);
        await Inbox.BookAsync(eventId, [refund], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        Assert.Equal(Given.Eur(399), balances.Of(Account.TaxPayable, Currency.Eur).Net);
        Assert.Equal(Given.Eur(2_101), balances.Of(Account.EventProceeds, Currency.Eur).Net);
        Assert.Equal(Given.Eur(83), balances.Of(Account.ProcessorFees, Currency.Eur).Net);
        var sale = Assert.Single(await Ledger.SalesAsync(eventId, Stop));
        Assert.Equal([new SaleLine("shirt", 1, 2_500)], sale.Left!.Lines);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task More_than_was_paid_is_never_booked_whatever_the_number_of_refunds()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(1, Given.Sale(eventId, "order-1"))], Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(2, Refund(eventId, "r-1", 3_000))], Stop);

        var refused = await Assert.ThrowsAsync<FactRefusedException>(() => Inbox.BookAsync(eventId, [Given.Fact(3, Refund(eventId, "r-2", 701))], Stop));

        Assert.Equal("invalid_refund", refused.Code);
        await Inbox.BookAsync(eventId, [Given.Fact(4, Refund(eventId, "r-3", 700, tip: 150))], Stop);
        Assert.Equal(Given.Eur(0), (await Ledger.BalancesAsync(eventId, Stop)).Of(Account.EventProceeds, Currency.Eur).Net);
        await ProveAsync(eventId);
    }

    [Theory]
    [InlineData("unknown", "berlin", "unknown_sale")]
    [InlineData("order-1", "lisbon", "not_outstanding")]
    [InlineData("order-2", "berlin", "not_refundable")]
    public async Task A_refund_needs_a_captured_sale_of_its_own_pop(string orderId, string popId, string code)
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(
            eventId, [Given.Fact(1, Given.Sale(eventId, "order-1")), Given.Fact(2, Given.Sale(eventId, "order-2", ApprovalMode.Offline))], Stop);
        var refused = await Assert.ThrowsAsync<FactRefusedException>(() =>
            Inbox.BookAsync(eventId, [Given.Fact(3, Refund(eventId, "r-1", 100) with { OrderId = orderId }, popId)], Stop));
        Assert.Equal(code, refused.Code);
    }

    [Fact]
    public async Task A_voided_offline_sale_leaves_nothing_at_risk_and_can_come_to_nothing_else()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(
            eventId, [Given.Fact(1, Given.Sale(eventId, "order-1", ApprovalMode.Offline)), Given.Fact(2, new SaleVoided(eventId, "order-1", "v-1"))], Stop);

        Assert.Equal(Given.Eur(0), (await Ledger.BalancesAsync(eventId, Stop)).Of(Account.OfflineAtRisk, Currency.Eur).Net);
        Assert.Equal(SaleState.Voided, Assert.Single(await Ledger.SalesAsync(eventId, Stop)).State);
        var refused = await Assert.ThrowsAsync<FactRefusedException>(() =>
            Inbox.BookAsync(eventId, [Given.Fact(3, new OfflineSaleCaptured(eventId, "order-1", Given.Receipt("order-1")))], Stop));
        Assert.Equal("not_outstanding", refused.Code);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task What_is_returned_of_a_declined_sale_comes_off_its_debt()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(
            eventId,
            [Given.Fact(1, Given.Sale(eventId, "order-1", ApprovalMode.Offline)), Given.Fact(2, new OfflineSaleDeclined(eventId, "order-1", "insufficient_funds"))],
            Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(3, Refund(eventId, "r-1", 1_200, method: RefundMethod.Debt))], Stop);

        Assert.Equal(Given.Eur(2_650), (await Ledger.BalancesAsync(eventId, Stop)).Of(Account.CustomerDebt, Currency.Eur).Net);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task Refunds_after_the_split_are_taken_back_from_commission_and_parties()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        await Inbox.BookAsync(eventId, [.. Enumerable.Range(1, 3).Select(i => Given.Fact(i, Given.Sale(eventId, $"order-{i}")))], Stop);
        var rules = Given.Plan(eventId).Split;
        var split = SaleAccounting.SplitPosted(rules.Compute(SplitBasis.Of(await Ledger.BalancesAsync(eventId, Stop), Currency.Eur)), Given.Doors)!;
        await Ledger.WriteAsync(eventId, book => book.PostAsync(split, Stop), Stop);

        await Inbox.BookAsync(eventId, [Given.Fact(4, Refund(eventId, "r-1", 1_001))], Stop);
        await Inbox.BookAsync(eventId, [Given.Fact(5, Refund(eventId, "r-2", 777, tip: 150))], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        var left = (await Ledger.SalesAsync(eventId, Stop)).Single(sale => sale.Left is not null).Left!;
        var untouched = SaleRemainder.Of(Given.Sale(eventId, "order-2"), new TaxTable(new Dictionary<string, int> { ["shirt"] = 1900, ["book"] = 700 }));
        var whole = rules.Compute(new SplitBasis(untouched.Proceeds * 2 + left.Proceeds, Given.Eur(3 * 83), untouched.Tips * 2 + left.Tips));
        Assert.Equal(whole.Commission, balances.Of(Account.PlatformCommission, Currency.Eur).Net);
        Assert.All(whole.Parties, party => Assert.Equal(party.Total, balances.Of(Account.Payable(party.PartyId), Currency.Eur).Net));
        Assert.Equal(Given.Eur(0), balances.Of(Account.EventProceeds, Currency.Eur).Net);
        await ProveAsync(eventId);
    }

    [Fact]
    public async Task Cash_and_what_its_drawer_lacked_are_booked()
    {
        var eventId = await Given.EventAsync(Events, Stop);
        var sale = Given.Sale(eventId, "order-1") with { Receipt = null, Tenders = [new(1, TenderKind.Cash, Given.Eur(3_850), null)] };
        await Inbox.BookAsync(eventId, [Given.Fact(1, sale), Given.Fact(2, Shift(eventId, counted: 3_800))], Stop);

        var balances = await Ledger.BalancesAsync(eventId, Stop);
        Assert.Equal(Given.Eur(3_800), balances.Of(Account.CashOnHand, Currency.Eur).Net);
        Assert.Equal(Given.Eur(-50), balances.Of(Account.CashDifferences, Currency.Eur).Net);
        await ProveAsync(eventId);
    }

    private static SaleRefunded Refund(string eventId, string operationId, long goods, long tip = 0, RefundMethod method = RefundMethod.Card, params SaleLine[] lines) => new()
    {
        EventId = eventId,
        OrderId = "order-1",
        OperationId = operationId,
        Goods = Given.Eur(goods),
        Tip = Given.Eur(tip),
        Lines = lines,
        Method = method,
        RefundId = method == RefundMethod.Card ? "re_" + operationId : null,
    };

    private static ShiftClosed Shift(string eventId, long counted) => new()
    {
        EventId = eventId,
        TerminalId = "till-1",
        ShiftId = "s-1",
        Sales = 1,
        Refunds = 0,
        Voids = 0,
        CardSales = Given.Eur(0),
        CashSales = Given.Eur(3_850),
        OfflineSales = Given.Eur(0),
        VoidedSales = Given.Eur(0),
        CardRefunds = Given.Eur(0),
        CashRefunds = Given.Eur(0),
        ExpectedCash = Given.Eur(3_850),
        CountedCash = Given.Eur(counted),
    };

    private async Task ProveAsync(string eventId)
    {
        var (postings, balances) = (await Ledger.SnapshotAsync(eventId, Stop))!.Value;
        Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
        Assert.True(balances.IsBalanced);
    }
}
