using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Tests.Sales;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Stock;

/// <summary>Sales that pay for a hold, against the real processor stand-in.</summary>
public sealed class HeldSaleTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private Processor _processor = null!;
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = new TestTill(_folder.Path, _processor.Address, _time);
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_held_unit_is_sold_to_who_holds_it_and_to_nobody_else()
    {
        await _till.HoldAsync(Shelf.Request("h-1", 10), _time);
        SaleDeskTests.AssertRefused(SaleRefusal.OutOfStock, await _till.SellAsync(TestTill.Request("o-1")));
        Assert.IsType<SaleAnswer.Approved>(await PayAsync("o-2", "h-1", 10));
        Assert.Equal((HoldState.Sold, 0, 10), (_till.StateOf("h-1"), _till.Balance().Held, _till.Balance().Sold));
        Assert.Equal("o-2", Assert.Single(_till.Facts<SaleApproved>()).OrderId);
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task A_hold_is_paid_once()
    {
        await _till.HoldAsync(Shelf.Request("h-1", 2), _time);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PayAsync($"o-{i}", "h-1", 2)));
        Assert.Single(answers.OfType<SaleAnswer.Approved>());
        Assert.All(answers.OfType<SaleAnswer.Refused>(), r => Assert.Equal(SaleRefusal.HoldClosed, r.Reason));
        Assert.Single(await _processor.IntentsAsync());
        Assert.Equal(2, _till.Balance().Sold);
    }

    [Fact]
    public async Task An_expired_hold_cannot_be_paid_and_nothing_is_charged()
    {
        await _till.HoldAsync(Shelf.Request("h-1", 2), _time);
        _time.Advance(TimeSpan.FromSeconds(60));
        SaleDeskTests.AssertRefused(SaleRefusal.HoldClosed, await PayAsync("o-1", "h-1", 2));
        Assert.Empty(await _processor.IntentsAsync());
        Assert.Null(_till.Find("o-1"));
    }

    [Fact]
    public async Task Expiry_and_payment_race_and_one_of_them_wins()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(shirts: 40));
        for (var i = 0; i < 40; i++) await _till.HoldAsync(Shelf.Request($"h-{i}"), _time);
        // The moment has come: whoever is first at the writer has the hold.
        var races = Enumerable.Range(0, 40).Select(async i =>
        {
            if (i == 20) _time.Advance(TimeSpan.FromSeconds(60));
            await _till.Store.WriteAsync(tx => _till.Book.Admit(tx, TestTill.Request($"o-{i}") with { HoldId = $"h-{i}" }, offline: false));
        });
        await Task.WhenAll(races.Append(_till.DoAsync(tx => HoldBook.ExpireDue(tx, _time.GetUtcNow()))));
        var paying = Enumerable.Range(0, 40).Count(i => _till.StateOf($"h-{i}") == HoldState.Paying);
        var expired = Enumerable.Range(0, 40).Count(i => _till.StateOf($"h-{i}") == HoldState.Expired);
        Assert.Equal((40, paying), (paying + expired, _till.Store.Read(SaleJournal.CountOpen)));
        Assert.InRange(expired, 20, 40);
        Assert.Equal(paying, _till.Balance().Held);
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task A_hold_does_not_run_out_under_a_payment_whose_outcome_is_not_known()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(perSale: 0));
        await _till.HoldAsync(Shelf.Request("h-1", 10), _time);
        await _processor.SetOutageAsync("lose_answer", count: 1);
        Assert.IsType<SaleAnswer.Unresolved>(await PayAsync("o-1", "h-1", 10));
        _time.Advance(TimeSpan.FromHours(1));
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await _till.SellAsync(TestTill.Request("o-2")));
        Shelf.AssertRefused(StockRefusalReason.HoldClosed, await _till.ReleaseAsync("h-1", _time));
        Shelf.AssertRefused(StockRefusalReason.OutOfStock, await _till.HoldAsync(Shelf.Request("h-2"), _time));
        while (SaleLifecycle.IsOpen(_till.Find("o-1")!.State)) await _till.ForwardAsync();
        Assert.Equal((HoldState.Sold, 10), (_till.StateOf("h-1"), _till.Balance().Sold));
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task After_a_declined_card_the_hold_goes_on_for_another_card_until_it_expires()
    {
        await _till.HoldAsync(Shelf.Request("h-1", 2), _time);
        Assert.IsType<SaleAnswer.Declined>(await PayAsync("o-1", "h-1", 2, "pm_card_chargeDeclined"));
        Assert.Equal((HoldState.Open, 2), (_till.StateOf("h-1"), _till.Balance().Held));
        Assert.IsType<SaleAnswer.Approved>(await PayAsync("o-2", "h-1", 2));
        await _till.HoldAsync(Shelf.Request("h-2", 2), _time);
        await PayAsync("o-3", "h-2", 2, "pm_card_chargeDeclined");
        _time.Advance(TimeSpan.FromSeconds(60));
        SaleDeskTests.AssertRefused(SaleRefusal.HoldClosed, await PayAsync("o-4", "h-2", 2));
        Assert.Equal((8, 0), (_till.Remaining(), _till.Balance().Held));
    }

    [Fact]
    public async Task A_sale_must_be_what_is_held()
    {
        await _till.HoldAsync(Shelf.Request("h-1", 2), _time);
        SaleDeskTests.AssertRefused(SaleRefusal.HoldMismatch, await PayAsync("o-1", "h-1", 3));
        SaleDeskTests.AssertRefused(SaleRefusal.HoldMismatch, await _till.SellAsync(TestTill.Request("o-1", 2, sku: "poster") with { HoldId = "h-1" }));
        SaleDeskTests.AssertRefused(SaleRefusal.UnknownHold, await PayAsync("o-1", "h-9", 2));
        // A sale's own hold is nobody else's to pay for.
        SaleDeskTests.AssertRefused(SaleRefusal.InvalidSale, await PayAsync("o-1", "sale/o-0", 2));
        Assert.Equal(HoldState.Open, _till.StateOf("h-1"));
    }

    [Fact]
    public async Task A_hold_is_paid_also_without_the_processor()
    {
        await _processor.SetOutageAsync("refuse");
        await _till.HoldAsync(Shelf.Request("h-1", 2), _time);
        await PayAsync("o-1", "h-1", 2);
        await _till.HoldAsync(Shelf.Request("h-2", 2), _time);
        await PayAsync("o-2", "h-2", 2);
        Assert.Equal((SaleState.ApprovedOffline, SaleState.ApprovedOffline), (_till.Find("o-1")!.State, _till.Find("o-2")!.State));
        Assert.Equal((HoldState.Sold, HoldState.Sold, 4), (_till.StateOf("h-1"), _till.StateOf("h-2"), _till.Balance().Sold));
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task When_the_shelf_has_fewer_than_are_held_the_first_to_pay_is_served()
    {
        await _till.HoldAsync(Shelf.Request("h-1", 5), _time);
        await _till.HoldAsync(Shelf.Request("h-2", 5), _time);
        await _till.AdjustAsync(Shelf.Adjustment("a-1", StockAdjustmentKind.Recount, 7), _time);
        Assert.IsType<SaleAnswer.Approved>(await PayAsync("o-1", "h-2", 5));
        SaleDeskTests.AssertRefused(SaleRefusal.OutOfStock, await PayAsync("o-2", "h-1", 5));
        Assert.Single(await _processor.IntentsAsync());
        Assert.Equal(2, _till.Balance().OnHand);
    }

    [Fact]
    public async Task A_sale_that_is_voided_before_its_goods_left_frees_them_once()
    {
        await _till.SellAsync(TestTill.Request("o-1", 3));
        var sale = _till.Find("o-1")!;
        await _till.DoAsync(tx => SaleStock.Void(tx, sale, _time.GetUtcNow()));
        await _till.DoAsync(tx => SaleStock.Void(tx, sale, _time.GetUtcNow()));
        Assert.Equal((10, 0), (_till.Remaining(), _till.Balance().Sold));
        await _till.DoAsync(tx => SaleStock.Restock(tx, sale, sale.Lines, _time.GetUtcNow()));
        Assert.Equal(10, _till.Remaining());
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task Goods_over_the_counter_are_restocked_up_to_what_was_sold()
    {
        await _till.SellAsync(TestTill.Request("o-1", 3));
        var sale = _till.Find("o-1")!;
        await _till.DoAsync(tx => SaleStock.Restock(tx, sale, [new SaleLine("shirt", 2, 1250)], _time.GetUtcNow()));
        await _till.DoAsync(tx => SaleStock.Restock(tx, sale, [new SaleLine("shirt", 2, 1250)], _time.GetUtcNow()));
        Assert.Equal((10, 0, 0), (_till.Remaining(), _till.Balance().Sold, _till.Balance().Returned));
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task A_sale_made_smaller_before_its_capture_frees_the_rest()
    {
        await _till.DoAsync(tx => _till.Book.Admit(tx, TestTill.Request("o-1", 4), offline: false));
        var smaller = _till.Find("o-1")! with { Lines = [new SaleLine("shirt", 1, 1250)] };
        Assert.True(_till.Store.Read(r => SaleStock.IsHeld(r, "o-1")));
        await _till.DoAsync(tx => SaleStock.Commit(tx, smaller, _time.GetUtcNow()));
        Assert.False(_till.Store.Read(r => SaleStock.IsHeld(r, "o-1")));
        Assert.Equal((9, 1, 0), (_till.Remaining(), _till.Balance().Sold, _till.Balance().Held));
        Assert.Empty(_till.Disagreements());
    }

    private Task<SaleAnswer> PayAsync(string orderId, string holdId, int quantity, string card = "pm_card_visa") =>
        _till.SellAsync(TestTill.Request(orderId, quantity, card) with { HoldId = holdId });
}
