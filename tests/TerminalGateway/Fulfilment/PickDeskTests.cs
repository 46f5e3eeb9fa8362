using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Tests.Stock;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

public sealed class PickDeskTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Counter.Evening);
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _till = Counter.Start(_folder.Path, _time);
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Orders_are_picked_in_the_order_of_their_promises()
    {
        await _till.OrderAsync("late", minutes: 30);
        await _till.OrderAsync("soon", minutes: 5);
        await _till.OrderAsync("also-late", minutes: 30);
        await _till.SellAsync(TestTill.Request("over-the-counter"));
        Assert.Equal(["soon", "late", "also-late"], _till.Queue());
    }

    [Fact]
    public async Task An_order_goes_from_the_queue_to_its_customer_by_its_code()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        await RestartAsync();
        Assert.Null((await _till.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1")))).Refusal);
        Assert.Equal(PickState.HandedOver, _till.Pick("o-1").State);
        Assert.Empty(_till.Queue());
        await _till.RefusedAsync("wrong_state", Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1")));
    }

    [Fact]
    public async Task A_claim_keeps_others_off_until_its_lease_is_over()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim);
        await _till.RefusedAsync("claimed_by_other", Counter.Action("o-1", PickVerb.Claim, "bob"));
        await _till.RefusedAsync("claimed_by_other", Counter.Action("o-1", PickVerb.Pick, "bob"));
        _time.Advance(PickDesk.Lease);
        Assert.Null((await _till.TakeAsync(Counter.Action("o-1", PickVerb.Claim, "bob"))).Refusal);
        await _till.RefusedAsync("claimed_by_other", Counter.Action("o-1", PickVerb.Pick));
        Assert.Equal("bob", _till.Pick("o-1").Picker);
    }

    [Fact]
    public async Task Claiming_again_renews_the_lease_and_a_late_pick_that_nobody_took_over_counts()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim);
        _time.Advance(PickDesk.Lease - TimeSpan.FromSeconds(1));
        await _till.DoneAsync("o-1", PickVerb.Claim);
        _time.Advance(TimeSpan.FromSeconds(2));
        await _till.RefusedAsync("claimed_by_other", Counter.Action("o-1", PickVerb.Claim, "bob"));
        _time.Advance(PickDesk.Lease);
        await _till.DoneAsync("o-1", PickVerb.Pick);
    }

    [Fact]
    public async Task Of_two_who_claim_at_once_one_has_it()
    {
        await _till.OrderAsync("o-1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _till.TakeAsync(Counter.Action("o-1", PickVerb.Claim, $"picker-{i}"))));
        Assert.Single(answers, a => a.IsDone);
    }

    [Fact]
    public async Task An_action_that_comes_again_has_its_answer_and_no_second_effect()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        var wrong = Counter.Action("o-1", PickVerb.HandOver, code: "000000");
        Assert.Equal(("wrong_code", false), await AskAsync(wrong));
        Assert.Equal(("wrong_code", true), await AskAsync(wrong));
        Assert.Equal(1, _till.Pick("o-1").Tries);
        var right = Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1"));
        Assert.Equal((null, false), await AskAsync(right));
        await RestartAsync();
        Assert.Equal((null, true), await AskAsync(right));
        Assert.Equal(("action_mismatch", false), await AskAsync(right with { Picker = "bob" }));
    }

    [Fact]
    public async Task Wrong_codes_are_bounded_and_a_new_code_opens_the_order_again()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        var first = _till.CodeOf("o-1");
        for (var i = 0; i < PickupCode.MaxTries; i++) await _till.RefusedAsync("wrong_code", Counter.Action("o-1", PickVerb.HandOver, code: "nope"));
        await RestartAsync();
        await _till.RefusedAsync("code_locked", Counter.Action("o-1", PickVerb.HandOver, code: first));
        await _till.DoneAsync("o-1", PickVerb.Reissue);
        await _till.RefusedAsync("wrong_code", Counter.Action("o-1", PickVerb.HandOver, code: first));
        Assert.Null((await _till.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1")))).Refusal);
    }

    [Fact]
    public async Task A_short_pick_sets_the_books_right_and_the_order_waits_for_goods()
    {
        await _till.OrderAsync("o-1", quantity: 3);
        await _till.OrderAsync("o-2", quantity: 2);
        await _till.DoneAsync("o-1", PickVerb.Claim);
        Assert.Null((await _till.TakeAsync(Counter.Action("o-1", PickVerb.Short, missing: [new OrderLine("shirt", 1)]))).Refusal);
        Assert.Equal((PickState.BackOrdered, 1), (_till.Pick("o-1").State, Assert.Single(_till.Pick("o-1").ToPick).Quantity));
        // Nothing is left to sell, and the shelf owes what is sold and not picked: one of this order, two of the other.
        Assert.Equal((0, -3), (_till.Remaining(), _till.Balance().OnHand));
        Assert.Equal(StockAdjustmentKind.Recount, Assert.Single(_till.StockFacts<StockAdjusted>()).Kind);

        await _till.AdjustAsync(Shelf.Adjustment("found", StockAdjustmentKind.Recount, 5), _time);
        Assert.Equal((2, 2), (_till.Remaining(), _till.Balance().OnHand));
        await _till.DoneAsync("o-1", PickVerb.Refill, PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task A_count_of_the_shelf_knows_of_goods_that_are_sold_and_not_picked()
    {
        await _till.OrderAsync("o-1", quantity: 3);
        await _till.AdjustAsync(Shelf.Adjustment("count-1", StockAdjustmentKind.Recount, 10), _time);
        Assert.Equal((7, 0), (_till.Remaining(), _till.Balance().Recounted));
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick);
        await _till.AdjustAsync(Shelf.Adjustment("count-2", StockAdjustmentKind.Recount, 7), _time);
        Assert.Equal((7, 0), (_till.Remaining(), _till.Balance().Recounted));
    }

    [Fact]
    public async Task No_more_can_be_missing_than_was_ordered()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim);
        await _till.RefusedAsync("not_that_many", Counter.Action("o-1", PickVerb.Short, missing: [new OrderLine("shirt", 2)]));
        await _till.RefusedAsync("not_that_many", Counter.Action("o-1", PickVerb.Short, missing: [new OrderLine("cap", 1)]));
        await _till.RefusedAsync("unknown_order", Counter.Action("o-9", PickVerb.Claim));
        Assert.Equal((PickState.Claimed, 9), (_till.Pick("o-1").State, _till.Remaining()));
    }

    [Fact]
    public async Task Goods_of_a_sale_that_is_declined_when_forwarded_stay_until_its_debt_is_paid()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        await _till.DoAsync(tx => _till.Book.Record(tx, "o-1", new PaymentOutcome.Declined("insufficient_funds")));
        await _till.RefusedAsync("wrong_state", Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1")));
        Assert.Equal(PickState.Withheld, _till.Pick("o-1").State);
        await _till.DoAsync(tx => SaleStock.Recovered(tx, "o-1", _time.GetUtcNow()));
        Assert.Null((await _till.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1")))).Refusal);
    }

    [Fact]
    public async Task What_the_customer_has_is_not_taken_back_by_news_about_the_money()
    {
        await _till.OrderAsync("o-1");
        await _till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        await _till.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: _till.CodeOf("o-1")));
        await _till.DoAsync(tx => _till.Book.Record(tx, "o-1", new PaymentOutcome.Declined("insufficient_funds")));
        Assert.Equal(PickState.HandedOver, _till.Pick("o-1").State);
        Assert.True(_till.Store.Read(r => PickBook.HasLeft(r, "o-1")));
    }

    [Fact]
    public async Task A_sale_that_is_undone_is_not_picked()
    {
        await _till.OrderAsync("o-1", quantity: 2);
        await _till.OrderAsync("o-2", quantity: 2);
        await _till.DoAsync(tx => SaleStock.Void(tx, SaleJournal.Find(tx, "o-1")!, _time.GetUtcNow()));
        await _till.DoAsync(tx => SaleStock.Restock(tx, SaleJournal.Find(tx, "o-2")!, [new SaleLine("shirt", 1, 1250)], _time.GetUtcNow()));
        Assert.Equal((PickState.Cancelled, PickState.Queued), (_till.Pick("o-1").State, _till.Pick("o-2").State));
        Assert.Equal(1, Assert.Single(_till.Pick("o-2").ToPick).Quantity);
        await _till.DoAsync(tx => SaleStock.Restock(tx, SaleJournal.Find(tx, "o-2")!, [new SaleLine("shirt", 1, 1250)], _time.GetUtcNow()));
        Assert.Equal(PickState.Cancelled, _till.Pick("o-2").State);
        Assert.Equal(10, _till.Remaining());
    }

    [Fact]
    public async Task Nothing_is_picked_before_it_is_paid_or_after_it_was_declined()
    {
        await _till.DoAsync(tx => _till.Book.Admit(tx, _till.Book.Draft(TestTill.Request("o-1") with { PromisedAt = Counter.Evening }, offline: false), offline: false));
        await _till.RefusedAsync("wrong_state", Counter.Action("o-1", PickVerb.Claim));
        await _till.DoAsync(tx => _till.Book.Record(tx, "o-1", new PaymentOutcome.Declined("generic_decline")));
        Assert.Equal(PickState.Cancelled, _till.Pick("o-1").State);
    }

    [Fact]
    public void An_action_of_the_wrong_shape_says_what_is_wrong()
    {
        PickAction[] wrong =
        [
            Counter.Action("", PickVerb.Claim), Counter.Action("o-1", PickVerb.Claim, picker: "a b"), Counter.Action("o-1", PickVerb.HandOver),
            Counter.Action("o-1", PickVerb.Short), Counter.Action("o-1", PickVerb.Pick, missing: [new OrderLine("shirt", 1)]),
            Counter.Action("o-1", PickVerb.Short, missing: [new OrderLine("shirt", 0)]),
        ];
        Assert.All(wrong, a => Assert.NotNull(a.Problem()));
    }

    private async Task<(string? Refusal, bool Repeated)> AskAsync(PickAction action)
    {
        var answer = await _till.TakeAsync(action);
        return (answer.Refusal, answer.Repeated);
    }

    private async Task RestartAsync()
    {
        await _till.DisposeAsync();
        _till = Counter.Start(_folder.Path, _time);
    }
}
