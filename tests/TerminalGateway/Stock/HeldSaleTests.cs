using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Tests.Sales;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Stock;

/// <summary>Sales that pay for a hold, against the real processor stand-in.</summary>
public sealed class HeldSaleTests() : TillScene(TestTill.Configuration(), new FakeTimeProvider(DateTimeOffset.UtcNow))
{
    [Fact]
    public async Task A_held_unit_is_sold_to_who_holds_it_and_to_nobody_else()
    {
        await Till.HoldAsync(Shelf.Request("h-1", 10), Time);
        SaleDeskTests.AssertRefused(SaleRefusal.OutOfStock, await Till.SellAsync(TestTill.Request("o-1")));
        Assert.IsType<SaleAnswer.Approved>(await PayAsync("o-2", "h-1", 10));
        Assert.Equal((HoldState.Sold, 0, 10), (Till.StateOf("h-1"), Till.Balance().Held, Till.Balance().Sold));
        Assert.Equal("o-2", Assert.Single(Till.Facts<SaleApproved>()).OrderId);
        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task A_hold_is_paid_once()
    {
        await Till.HoldAsync(Shelf.Request("h-1", 2), Time);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PayAsync($"o-{i}", "h-1", 2)));
        Assert.Single(answers.OfType<SaleAnswer.Approved>());
        Assert.All(answers.OfType<SaleAnswer.Refused>(), r => Assert.Equal(SaleRefusal.HoldClosed, r.Reason));
        Assert.Single(await Processor.IntentsAsync());
        Assert.Equal(2, Till.Balance().Sold);
    }

    [Fact]
    public async Task An_expired_hold_cannot_be_paid_and_nothing_is_charged()
    {
        await Till.HoldAsync(Shelf.Request("h-1", 2), Time);
        Time.Advance(TimeSpan.FromSeconds(60));
        SaleDeskTests.AssertRefused(SaleRefusal.HoldClosed, await PayAsync("o-1", "h-1", 2));
        Assert.Empty(await Processor.IntentsAsync());
        Assert.Null(Till.Find("o-1"));
    }

    [Fact]
    public async Task Expiry_and_payment_race_and_one_of_them_wins()
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(shirts: 40));
        for (var i = 0; i < 40; i++) await Till.HoldAsync(Shelf.Request($"h-{i}"), Time);
        // The moment has come: whoever is first at the writer has the hold.
        var races = Enumerable.Range(0, 40).Select(async i =>
        {
            if (i == 20) Time.Advance(TimeSpan.FromSeconds(60));
            await Till.Store.WriteAsync(tx => Till.Book.Admit(tx, Till.Book.Draft(TestTill.Request($"o-{i}") with { HoldId = $"h-{i}" }, offline: false), offline: false));
        });
        await Task.WhenAll(races.Append(Till.DoAsync(tx => HoldBook.ExpireDue(tx, Time.GetUtcNow()))));
        var paying = Enumerable.Range(0, 40).Count(i => Till.StateOf($"h-{i}") == HoldState.Paying);
        var expired = Enumerable.Range(0, 40).Count(i => Till.StateOf($"h-{i}") == HoldState.Expired);
        Assert.Equal((40, paying), (paying + expired, Till.Store.Read(SaleJournal.CountOpen)));
        Assert.InRange(expired, 20, 40);
        Assert.Equal(paying, Till.Balance().Held);
        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task A_hold_does_not_run_out_under_a_payment_whose_outcome_is_not_known()
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(perSale: 0));
        await Till.HoldAsync(Shelf.Request("h-1", 10), Time);
        await Processor.SetOutageAsync("lose_answer", count: 1);
        Assert.IsType<SaleAnswer.Unresolved>(await PayAsync("o-1", "h-1", 10));
        Time.Advance(TimeSpan.FromHours(1));
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await Till.SellAsync(TestTill.Request("o-2")));
        Shelf.AssertRefused(StockRefusalReason.HoldClosed, await Till.ReleaseAsync("h-1", Time));
        Shelf.AssertRefused(StockRefusalReason.OutOfStock, await Till.HoldAsync(Shelf.Request("h-2"), Time));
        while (SaleLifecycle.IsOpen(Till.Find("o-1")!.State)) await Till.ForwardAsync();
        Assert.Equal((HoldState.Sold, 10), (Till.StateOf("h-1"), Till.Balance().Sold));
        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task After_a_declined_card_the_hold_goes_on_for_another_card_until_it_expires()
    {
        await Till.HoldAsync(Shelf.Request("h-1", 2), Time);
        Assert.IsType<SaleAnswer.Declined>(await PayAsync("o-1", "h-1", 2, "pm_card_chargeDeclined"));
        Assert.Equal((HoldState.Open, 2), (Till.StateOf("h-1"), Till.Balance().Held));
        Assert.IsType<SaleAnswer.Approved>(await PayAsync("o-2", "h-1", 2));
        await Till.HoldAsync(Shelf.Request("h-2", 2), Time);
        await PayAsync("o-3", "h-2", 2, "pm_card_chargeDeclined");
        Time.Advance(TimeSpan.FromSeconds(60));
        SaleDeskTests.AssertRefused(SaleRefusal.HoldClosed, await PayAsync("o-4", "h-2", 2));
        Assert.Equal((8, 0), (Till.Remaining(), Till.Balance().Held));
    }

    [Fact]
    public async Task A_sale_must_be_what_is_held()
    {
        await Till.HoldAsync(Shelf.Request("h-1", 2), Time);
        SaleDeskTests.AssertRefused(SaleRefusal.HoldMismatch, await PayAsync("o-1", "h-1", 3));
        SaleDeskTests.AssertRefused(SaleRefusal.HoldMismatch, await Till.SellAsync(TestTill.Request("o-1", 2, sku: "poster") with { HoldId = "h-1" }));
        SaleDeskTests.AssertRefused(SaleRefusal.UnknownHold, await PayAsync("o-1", "h-9", 2));
        // A sale's own hold is nobody else's to pay for.
        SaleDeskTests.AssertRefused(SaleRefusal.InvalidSale, await PayAsync("o-1", "sale/o-0", 2));
        Assert.Equal(HoldState.Open, Till.StateOf("h-1"));
    }

    [Fact]
    public async Task A_hold_is_paid_also_without_the_processor()
    {
        await Processor.SetOutageAsync("refuse");
        await Till.HoldAsync(Shelf.Request("h-1", 2), Time);
        await PayAsync("o-1", "h-1", 2);
        await Till.HoldAsync(Shelf.Request("h-2", 2), Time);
        await PayAsync("o-2", "h-2", 2);
        Assert.Equal((SaleState.ApprovedOffline, SaleState.ApprovedOffline), (Till.Find("o-1")!.State, Till.Find("o-2")!.State));
        Assert.Equal((HoldState.Sold, HoldState.Sold, 4), (Till.StateOf("h-1"), Till.StateOf("h-2"), Till.Balance().Sold));
        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task When_the_shelf_has_fewer_than_are_held_the_first_to_pay_is_served()
    {
        await Till.HoldAsync(Shelf.Request("h-1", 5), Time);
        await Till.HoldAsync(Shelf.Request("h-2", 5), Time);
        await Till.AdjustAsync(Shelf.Adjustment("a-1", StockAdjustmentKind.Recount, 7), Time);
        Assert.IsType<SaleAnswer.Approved>(await PayAsync("o-1", "h-2", 5));
        SaleDeskTests.AssertRefused(SaleRefusal.OutOfStock, await PayAsync("o-2", "h-1", 5));
        Assert.Single(await Processor.IntentsAsync());
        Assert.Equal(2, Till.Balance().OnHand);
    }

    [Fact]
    public async Task A_sale_that_is_voided_before_its_goods_left_frees_them_once()
    {
        await Till.SellAsync(TestTill.Request("o-1", 3));
        var sale = Till.Find("o-1")!;
        await Till.DoAsync(tx => SaleStock.Void(tx, sale, Time.GetUtcNow()));
        await Till.DoAsync(tx => SaleStock.Void(tx, sale, Time.GetUtcNow()));
        Assert.Equal((10, 0), (Till.Remaining(), Till.Balance().Sold));
        await Till.DoAsync(tx => SaleStock.Restock(tx, sale, sale.Lines, Time.GetUtcNow()));
        Assert.Equal(10, Till.Remaining());
        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task Goods_over_the_counter_are_restocked_up_to_what_was_sold()
    {
        await Till.SellAsync(TestTill.Request("o-1", 3));
        var sale = Till.Find("o-1")!;
        await Till.DoAsync(tx => SaleStock.Restock(tx, sale, [new SaleLine("shirt", 2, 1250)], Time.GetUtcNow()));
        await Till.DoAsync(tx => SaleStock.Restock(tx, sale, [new SaleLine("shirt", 2, 1250)], Time.GetUtcNow()));
        Assert.Equal((10, 0, 0), (Till.Remaining(), Till.Balance().Sold, Till.Balance().Returned));
        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task A_sale_made_smaller_before_its_capture_frees_the_rest()
    {
        await Till.DoAsync(tx => Till.Book.Admit(tx, Till.Book.Draft(TestTill.Request("o-1", 4), offline: false), offline: false));
        var smaller = Till.Find("o-1")! with { Lines = [new SaleLine("shirt", 1, 1250)] };
        Assert.True(Till.Store.Read(r => SaleStock.IsHeld(r, "o-1")));
        await Till.DoAsync(tx => SaleStock.Commit(tx, smaller, Time.GetUtcNow()));
        Assert.False(Till.Store.Read(r => SaleStock.IsHeld(r, "o-1")));
        Assert.Equal((9, 1, 0), (Till.Remaining(), Till.Balance().Sold, Till.Balance().Held));
        Assert.Empty(Till.Disagreements());
    }

    private Task<SaleAnswer> PayAsync(string orderId, string holdId, int quantity, string card = "pm_card_visa") =>
        Till.SellAsync(TestTill.Request(orderId, quantity, card) with { HoldId = holdId });
}
