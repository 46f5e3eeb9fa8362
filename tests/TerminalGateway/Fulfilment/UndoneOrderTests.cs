using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Tests.Sales;
using Marquee.TerminalGateway.Tests.Stock;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

/// <summary>Orders for pick-up whose money goes back: before they are picked, in between, and after the customer has them.</summary>
public sealed class UndoneOrderTests : OperationsTestBase
{
    [Fact]
    public async Task An_order_that_is_refunded_whole_is_not_picked_and_its_goods_are_for_sale_only_if_they_came_back()
    {
        foreach (var (order, restock, left) in new[] { ("o-1", false, 8), ("o-2", true, 8) })
        {
            await OrderedAsync(order, quantity: 2);
            Assert.IsType<OperationAnswer.Done>(await RefundAsync(order, new RefundRequest("r-1", "terminal-1", Restock: restock)));
            Assert.Equal((PickState.Cancelled, left), (Till.Pick(order).State, Till.Remaining()));
        }

        Assert.Empty(Till.Disagreements());
    }

    [Fact]
    public async Task What_of_an_order_is_refunded_by_line_is_not_picked_and_an_amount_off_its_price_changes_nothing_on_the_shelf()
    {
        await OrderedAsync("o-1", quantity: 3);
        await RefundAsync("o-1", new RefundRequest("r-1", "terminal-1", AmountMinorUnits: 100));
        Assert.Equal(3, Assert.Single(Till.Pick("o-1").ToPick).Quantity);
        await RefundAsync("o-1", new RefundRequest("r-2", "terminal-1", Lines: [new OrderLine("shirt", 1)]));
        Assert.Equal((PickState.Queued, 2L, 7), (Till.Pick("o-1").State, Assert.Single(Till.Pick("o-1").ToPick).Quantity, Till.Remaining()));
        await RefundAsync("o-1", new RefundRequest("r-3", "terminal-1"));
        Assert.Equal(PickState.Cancelled, Till.Pick("o-1").State);
    }

    [Fact]
    public async Task An_order_approved_offline_that_is_refunded_before_it_was_forwarded_is_charged_to_nobody_and_not_picked()
    {
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("connection_lost");
        await OrderedAsync("o-1");
        var done = Assert.IsType<OperationAnswer.Done>(await RefundAsync("o-1", new RefundRequest("r-1", "terminal-1")));
        Assert.Equal((SaleState.Voided, PickState.Cancelled, 9), (done.Sale.State, Till.Pick("o-1").State, Till.Remaining()));
    }

    [Fact]
    public async Task Goods_that_were_handed_over_are_not_voided_and_come_back_with_their_refund()
    {
        await Processor.SetOutageAsync("refuse");
        Till.Breaker.Failed("connection_lost");
        await OrderedAsync("o-1");
        await Till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        Assert.Null((await Till.TakeAsync(Counter.Action("o-1", PickVerb.HandOver, code: Till.CodeOf("o-1")))).Refusal);

        AssertRefused(OperationRefusal.GoodsHandedOver, await Till.Operations.VoidAsync("o-1", new VoidRequest("v-1", "terminal-1")));
        Assert.Equal((SaleState.ApprovedOffline, 9), (Till.Find("o-1")!.State, Till.Remaining()));
        Assert.IsType<OperationAnswer.Done>(await RefundAsync("o-1", new RefundRequest("r-1", "terminal-1", Restock: true)));
        Assert.Equal((SaleState.Voided, PickState.HandedOver, 10), (Till.Find("o-1")!.State, Till.Pick("o-1").State, Till.Remaining()));
        await BackOnlineAsync();
        Assert.Empty(await Processor.IntentsAsync());
        Assert.Empty(Till.Disagreements());
    }

    private async Task OrderedAsync(string orderId, int quantity = 1) =>
        Assert.IsType<SaleAnswer.Approved>(await Till.SellAsync(TestTill.Request(orderId, quantity) with { PromisedAt = TimeProvider.System.GetUtcNow().AddMinutes(10) }));

    private Task<OperationAnswer> RefundAsync(string orderId, RefundRequest request) => Till.Operations.RefundAsync(orderId, request);
}
