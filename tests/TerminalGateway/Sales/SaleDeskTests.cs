using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class SaleDeskTests() : TillScene(TestTill.Configuration())
{
    [Fact]
    public async Task An_online_sale_is_captured_and_reported_with_its_receipt()
    {
        var answer = await Till.SellAsync(TestTill.Request("o-1", quantity: 2, tip: 100));
        var approved = Assert.IsType<SaleAnswer.Approved>(answer);
        Assert.Equal(new Money(2600, Currency.Eur), approved.Sale.Total);
        Assert.Equal(SaleState.ApprovedOnline, approved.Sale.State);
        Assert.Null(approved.Sale.PaymentMethod);
        var intent = Assert.Single(await Processor.IntentsAsync());
        Assert.Equal(("succeeded", 2600, "eur", "event-watch-night"), (intent.Status, intent.Amount, intent.Currency, intent.TransferGroup));
        Assert.Equal(("o-1", "berlin", "terminal-1", "watch-night"), (intent.Metadata["order"], intent.Metadata["pop"], intent.Metadata["terminal"], intent.Metadata["event"]));
        var fact = Assert.Single(Till.Facts<SaleApproved>());
        Assert.Equal((ApprovalMode.Online, "o-1", 2600), (fact.Mode, fact.OrderId, fact.Total.MinorUnits));
        Assert.Equal((intent.Id, intent.LatestChargeId), (fact.Receipt!.PaymentIntentId, fact.Receipt.ChargeId));
        Assert.True(fact.Receipt.Fee.MinorUnits > 0);
        Assert.Equal(8, Till.Remaining());
    }

    [Fact]
    public async Task A_declined_card_closes_the_order_and_frees_the_stock()
    {
        var answer = await Till.SellAsync(TestTill.Request("o-1", quantity: 3, card: "pm_card_chargeDeclinedInsufficientFunds"));
        Assert.Equal("insufficient_funds", Assert.IsType<SaleAnswer.Declined>(answer).Sale.DeclineCode);
        Assert.Equal(10, Till.Remaining());
        Assert.Empty(Till.Facts<SaleApproved>());
        Assert.IsType<SaleAnswer.Declined>(await Till.SellAsync(TestTill.Request("o-1", quantity: 3, card: "pm_card_chargeDeclinedInsufficientFunds")));
        Assert.Empty(await Processor.ChargesAsync());
    }

    [Theory]
    [InlineData("pm_card_authenticationRequired")]
    [InlineData("pm_no_such_card")]
    public async Task A_card_that_cannot_be_charged_here_is_declined(string card)
    {
        Assert.IsType<SaleAnswer.Declined>(await Till.SellAsync(TestTill.Request("o-1", card: card)));
        Assert.Equal(10, Till.Remaining());
        Assert.Empty(await Processor.ChargesAsync());
    }

    [Fact]
    public async Task The_same_order_again_gets_the_same_answer_and_no_second_charge()
    {
        var first = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1")));
        var second = Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request("o-1")));
        Assert.False(first.Repeated);
        Assert.True(second.Repeated);
        Assert.Equal(first.Sale.PaymentIntentId, second.Sale.PaymentIntentId);
        Assert.Single(await Processor.IntentsAsync());
        Assert.Single(Till.Facts<SaleApproved>());
        Assert.Equal(9, Till.Remaining());
    }

    [Fact]
    public async Task Duplicates_at_the_same_moment_make_one_sale()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Till.SellAsync(TestTill.Request("o-1"))));
        Assert.Single(answers.Cast<SaleAnswer.Approved>(), a => !a.Repeated);
        Assert.Single(await Processor.IntentsAsync());
        Assert.Single(Till.Facts<SaleApproved>());
    }

    [Fact]
    public async Task The_same_order_with_another_body_is_refused()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        AssertRefused(SaleRefusal.OrderMismatch, await Till.SellAsync(TestTill.Request("o-1", quantity: 2)));
        AssertRefused(SaleRefusal.OrderMismatch, await Till.SellAsync(TestTill.Request("o-1", tip: 1)));
        Assert.Single(await Processor.IntentsAsync());
    }

    [Fact]
    public async Task Lines_of_one_product_are_added_up_before_the_stock_is_checked()
    {
        var request = TestTill.Request("o-1") with { Lines = [new OrderLine("shirt", 6), new OrderLine("shirt", 5)] };
        AssertRefused(SaleRefusal.OutOfStock, await Till.SellAsync(request));
        Assert.Equal(10, Till.Remaining());
    }

    [Fact]
    public async Task When_one_product_is_short_nothing_of_the_order_is_taken()
    {
        var request = TestTill.Request("o-1") with { Lines = [new OrderLine("poster", 2), new OrderLine("shirt", 11)] };
        AssertRefused(SaleRefusal.OutOfStock, await Till.SellAsync(request));
        Assert.Equal((10, 10), (Till.Remaining("poster"), Till.Remaining()));
    }

    [Fact]
    public async Task Many_at_once_sell_exactly_the_quota()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Till.SellAsync(TestTill.Request($"o-{i}"))));
        Assert.Equal(10, answers.OfType<SaleAnswer.Approved>().Count());
        Assert.All(answers.OfType<SaleAnswer.Refused>(), r => Assert.Equal(SaleRefusal.OutOfStock, r.Reason));
        Assert.Equal(10, (await Processor.ChargesAsync()).Count);
        Assert.Equal(0, Till.Remaining());
    }

    [Fact]
    public async Task A_quota_lowered_below_what_is_sold_sells_nothing_more()
    {
        await Till.SellAsync(TestTill.Request("o-1", quantity: 5));
        await Till.ConfigureAsync(2, TestTill.Configuration(shirts: 3));
        AssertRefused(SaleRefusal.OutOfStock, await Till.SellAsync(TestTill.Request("o-2")));
        Assert.Equal(0, Till.Remaining());
    }

    [Theory]
    [InlineData(EventPhase.Draft)]
    [InlineData(EventPhase.Announced)]
    [InlineData(EventPhase.Provisioned)]
    [InlineData(EventPhase.Rehearsed)]
    [InlineData(EventPhase.Wrapped)]
    [InlineData(EventPhase.Dropping)]
    [InlineData(EventPhase.Settled)]
    [InlineData(EventPhase.Archived)]
    [InlineData(EventPhase.Cancelled)]
    public async Task Only_a_live_event_sells(EventPhase phase)
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(phase));
        AssertRefused(SaleRefusal.EventNotLive, await Till.SellAsync(TestTill.Request("o-1")));
    }

    [Fact]
    public async Task A_cut_off_till_stops_selling_at_the_events_end_by_its_own_clock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 20, 23, 59, 59, TimeSpan.Zero));
        using var folder = new TempFolder();
        await using var till = new TestTill(folder.Path, Processor.Address, time);
        var configuration = TestTill.Configuration() with { EndsAt = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero) };
        await till.ConfigureAsync(1, configuration);
        Assert.IsType<SaleAnswer.Approved>(await till.SellAsync(TestTill.Request("o-1")));
        time.Advance(TimeSpan.FromSeconds(1));
        AssertRefused(SaleRefusal.EventNotLive, await till.SellAsync(TestTill.Request("o-2")));
        // What was sold before can still be asked after.
        Assert.IsType<SaleAnswer.Approved>(await till.SellAsync(TestTill.Request("o-1")));
    }

    [Fact]
    public async Task What_the_till_does_not_know_is_refused_by_name()
    {
        AssertRefused(SaleRefusal.UnknownEvent, await Till.SellAsync(TestTill.Request("o-1", eventId: "other")));
        AssertRefused(SaleRefusal.UnknownSku, await Till.SellAsync(TestTill.Request("o-1", sku: "cap")));
        AssertRefused(SaleRefusal.InvalidSale, await Till.SellAsync(TestTill.Request("o-1", quantity: 0)));
        AssertRefused(SaleRefusal.InvalidSale, await Till.SellAsync(TestTill.Request("")));
        AssertRefused(SaleRefusal.InvalidSale, await Till.SellAsync(TestTill.Request("o-1", tip: -1)));
        Assert.Null(Till.Find("o-1"));
        Assert.Empty(await Processor.IntentsAsync());
    }

    internal static void AssertRefused(SaleRefusal reason, SaleAnswer answer) => Assert.Equal(reason, Assert.IsType<SaleAnswer.Refused>(answer).Reason);
}
