using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;

namespace Marquee.App.Tests.Api;

public sealed class PopStockApiTests(Azurite azurite) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private Cloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await Cloud.StartAsync(azurite, Stop);

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task What_was_done_to_stock_at_a_pop_can_be_read_by_the_host()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.SayAsync(popUp.Berlin, new OrderFulfilment(popUp.Id, "o-1", FulfilmentStage.Packed, Given.Doors), StockAdjusted.FactStream);
        await popUp.SayAsync(
            popUp.Berlin,
            new StockAdjusted(popUp.Id, "shirt", "a-1", StockAdjustmentKind.Damage, 2, "fell", null, new StockFigures(10, 0, 3, 0, 2, 0)),
            StockAdjusted.FactStream);

        var path = $"api/events/{popUp.Id}/stock";
        await _cloud.UntilAsync(path, report => report["stock"]!.AsArray().Count == 1);
        var read = await _cloud.GetAsync(path);
        Assert.Equal((2, "damage", 1), ((int)read["stock"]![0]!["figures"]!["damaged"]!, (string?)read["adjustments"]![0]!["adjusted"]!["kind"], (int)read["orders"]!["packed"]!));
    }
}
