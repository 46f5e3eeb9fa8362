using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Stock;

public sealed class AdjustmentBookTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 21, 0, 0, TimeSpan.Zero));
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        // Sold without the processor: what is at stake here is stock.
        _till = new TestTill(_folder.Path, new Uri("http://127.0.0.1:1"), _time);
        await _till.ConfigureAsync(1, TestTill.Configuration());
        await _till.SellAsync(TestTill.Request("o-1", quantity: 4));
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_comes_back_is_for_sale_only_after_it_was_found_good()
    {
        await BookAsync("a-1", StockAdjustmentKind.Return, 3, "o-1");
        Assert.Equal((6, 1, 3), (_till.Remaining(), _till.Balance().Sold, _till.Balance().Returned));
        await BookAsync("a-2", StockAdjustmentKind.Restock, 2);
        await BookAsync("a-3", StockAdjustmentKind.DamageOnReturn, 1);
        Assert.Equal((8, 0, 1), (_till.Remaining(), _till.Balance().Returned, _till.Balance().Damaged));
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task No_more_comes_back_than_an_order_sold()
    {
        await RefusedAsync(StockRefusalReason.NotThatMany, "a-1", StockAdjustmentKind.Return, 5, "o-1");
        await BookAsync("a-2", StockAdjustmentKind.Return, 4, "o-1");
        await RefusedAsync(StockRefusalReason.NotThatMany, "a-3", StockAdjustmentKind.Return, 1, "o-1");
        await RefusedAsync(StockRefusalReason.UnknownOrder, "a-4", StockAdjustmentKind.Return, 1, "o-2");
        await RefusedAsync(StockRefusalReason.NotThatMany, "a-5", StockAdjustmentKind.Restock, 5);
        Assert.Equal(4, _till.Balance().Returned);
    }

    [Fact]
    public void Goods_of_a_sale_that_is_only_authorised_are_held_and_do_not_come_back() =>
        Assert.Equal(
            [SaleState.ApprovedOnline, SaleState.ApprovedOffline, SaleState.Captured, SaleState.DeclinedAtForward],
            Enum.GetValues<SaleState>().Where(SaleLifecycle.HasSold));

    [Fact]
    public async Task What_breaks_on_the_shelf_is_not_sold()
    {
        await BookAsync("a-1", StockAdjustmentKind.Damage, 6);
        await RefusedAsync(StockRefusalReason.NotThatMany, "a-2", StockAdjustmentKind.Damage, 1);
        Assert.Equal((0, 6), (_till.Remaining(), _till.Balance().Damaged));
    }

    [Theory]
    [InlineData(2, 2, -4)]
    [InlineData(6, 6, 0)]
    // A surplus is somebody's, and not for sale until the cloud leases it.
    [InlineData(9, 6, 3)]
    public async Task A_count_corrects_the_books_and_never_adds_to_what_the_cloud_leased(long counted, int remaining, long difference)
    {
        await BookAsync("a-1", StockAdjustmentKind.Recount, counted);
        Assert.Equal((counted, remaining, difference), (_till.Balance().OnHand, _till.Remaining(), _till.Balance().Recounted));
        var fact = Assert.Single(_till.StockFacts<StockAdjusted>());
        Assert.Equal((StockAdjustmentKind.Recount, difference, difference), (fact.Kind, fact.Quantity, fact.Figures.Recounted));
    }

    [Fact]
    public async Task A_surplus_that_the_cloud_leases_is_for_sale_and_the_next_count_agrees()
    {
        await BookAsync("a-1", StockAdjustmentKind.Recount, 9);
        await _till.ConfigureAsync(2, TestTill.Configuration(shirts: 13));
        Assert.Equal(9, _till.Remaining());
        await BookAsync("a-2", StockAdjustmentKind.Recount, 9);
        Assert.Equal((9, 0), (_till.Remaining(), _till.Balance().Recounted));
    }

    [Fact]
    public async Task The_same_adjustment_again_changes_nothing_and_another_under_its_id_is_refused()
    {
        await BookAsync("a-1", StockAdjustmentKind.Damage, 1);
        var again = Assert.IsType<AdjustmentAnswer.Booked>(await _till.AdjustAsync(Shelf.Adjustment("a-1", StockAdjustmentKind.Damage, 1), _time));
        Assert.True(again.Repeated);
        await RefusedAsync(StockRefusalReason.AdjustmentMismatch, "a-1", StockAdjustmentKind.Damage, 2);
        Assert.Equal(1, _till.Balance().Damaged);
        Assert.Single(_till.StockFacts<StockAdjusted>());
    }

    [Fact]
    public async Task A_full_outbox_refuses_the_deed_not_its_fact()
    {
        using var folder = new TempFolder();
        await using var till = new TestTill(folder.Path, new Uri("http://127.0.0.1:1"), _time, outboxCapacity: 3);
        await till.ConfigureAsync(1, TestTill.Configuration());
        await till.AdjustAsync(Shelf.Adjustment("a-1", StockAdjustmentKind.Damage, 1), _time);
        await till.AdjustAsync(Shelf.Adjustment("a-2", StockAdjustmentKind.Damage, 1), _time);
        Shelf.AssertRefused(StockRefusalReason.JournalFull, await till.AdjustAsync(Shelf.Adjustment("a-3", StockAdjustmentKind.Damage, 1), _time));
        Assert.Equal(2, till.Balance().Damaged);
    }

    [Theory]
    [InlineData("", StockAdjustmentKind.Damage, 1, null)]
    [InlineData("a-1", StockAdjustmentKind.Damage, 0, null)]
    [InlineData("a-1", StockAdjustmentKind.Recount, -1, null)]
    [InlineData("a-1", StockAdjustmentKind.Return, 1, null)]
    [InlineData("a-1", StockAdjustmentKind.Damage, 1, "o-1")]
    [InlineData("a-1", StockAdjustmentKind.Damage, 100_001, null)]
    public void An_adjustment_of_the_wrong_shape_says_what_is_wrong(string id, StockAdjustmentKind kind, long quantity, string? orderId) =>
        Assert.NotNull(Shelf.Adjustment(id, kind, quantity, orderId).Problem());

    private async Task BookAsync(string id, StockAdjustmentKind kind, long quantity, string? orderId = null) =>
        Assert.IsType<AdjustmentAnswer.Booked>(await _till.AdjustAsync(Shelf.Adjustment(id, kind, quantity, orderId), _time));

    private async Task RefusedAsync(StockRefusalReason reason, string id, StockAdjustmentKind kind, long quantity, string? orderId = null) =>
        Shelf.AssertRefused(reason, await _till.AdjustAsync(Shelf.Adjustment(id, kind, quantity, orderId), _time));
}
