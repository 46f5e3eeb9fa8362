using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Storage;

public sealed class PopStockStoreTests(Azurite azurite)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly PopStockStore _stock = new(azurite.Tables);

    [Fact]
    public async Task The_last_figures_stand_whatever_comes_again_or_late()
    {
        var eventId = Given.NewId("night");
        await AdjustAsync(eventId, 1, damaged: 1);
        await AdjustAsync(eventId, 2, damaged: 2);
        await AdjustAsync(eventId, 2, damaged: 2);
        await AdjustAsync(eventId, 1, damaged: 1);

        Assert.Equal(2, Assert.Single(await _stock.StockAsync(eventId, Stop)).Figures.Damaged);
        Assert.Equal(["a-1", "a-2"], (await _stock.AdjustmentsAsync(eventId, Stop)).Select(a => a.Adjusted.AdjustmentId));
    }

    [Fact]
    public async Task An_order_stands_where_its_last_fact_says()
    {
        var eventId = Given.NewId("night");
        await FulfilAsync(eventId, 1, FulfilmentStage.Queued);
        await FulfilAsync(eventId, 2, FulfilmentStage.HandedOver);
        await FulfilAsync(eventId, 1, FulfilmentStage.Queued);

        Assert.Equal(FulfilmentStage.HandedOver, Assert.Single(await _stock.OrdersAsync(eventId, Stop)).Stage);
    }

    private Task AdjustAsync(string eventId, long sequence, long damaged)
    {
        var adjusted = new StockAdjusted(
            eventId, "shirt", $"a-{sequence}", StockAdjustmentKind.Damage, 1, "fell", null, new StockFigures(10, 0, 0, 0, damaged, 0));
        return _stock.PutAsync(Given.Fact(sequence, adjusted), adjusted, Stop);
    }

    private Task FulfilAsync(string eventId, long sequence, FulfilmentStage stage)
    {
        var order = new OrderFulfilment(eventId, "o-1", stage, Given.Doors);
        return _stock.PutAsync(Given.Fact(sequence, order), order, Stop);
    }
}
