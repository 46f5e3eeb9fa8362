using Marquee.Domain;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Stock;

public sealed class HoldBookTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 21, 0, 0, TimeSpan.Zero));
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        // Nothing here asks the processor.
        _till = new TestTill(_folder.Path, new Uri("http://127.0.0.1:1"), _time);
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_hold_sets_units_aside_and_its_release_frees_them()
    {
        Shelf.AssertStands(await HoldAsync("h-1", 4));
        Assert.Equal((6, 4, 10), (_till.Remaining(), _till.Balance().Held, _till.Balance().OnHand));
        Assert.Equal(HoldState.Released, Shelf.AssertStands(await _till.ReleaseAsync("h-1", _time)).State);
        Assert.Equal(HoldState.Released, Shelf.AssertStands(await _till.ReleaseAsync("h-1", _time)).State);
        Assert.Equal((10, 0), (_till.Remaining(), _till.Balance().Held));
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task Of_many_tills_that_want_the_last_units_as_many_win_as_there_are_units()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => HoldAsync($"h-{i}")));
        Assert.Equal(10, answers.OfType<HoldAnswer.Standing>().Count());
        Assert.All(answers.OfType<HoldAnswer.Refused>(), r => Assert.Equal(StockRefusalReason.OutOfStock, r.Refusal.Reason));
        Assert.Equal(10, _till.Balance().Held);
    }

    [Fact]
    public async Task Lines_of_one_product_are_added_up_before_they_are_checked()
    {
        var request = Shelf.Request("h-1") with { Lines = [new OrderLine("shirt", 6), new OrderLine("shirt", 5)] };
        Shelf.AssertRefused(StockRefusalReason.OutOfStock, await _till.HoldAsync(request, _time));
        var mixed = Shelf.Request("h-2") with { Lines = [new OrderLine("poster", 2), new OrderLine("shirt", 11)] };
        Shelf.AssertRefused(StockRefusalReason.OutOfStock, await _till.HoldAsync(mixed, _time));
        Assert.Equal((0, 0), (_till.Balance().Held, _till.Balance("poster").Held));
    }

    [Fact]
    public async Task The_same_request_again_finds_the_same_hold_and_another_body_is_refused()
    {
        await HoldAsync("h-1", 4);
        Assert.True(Assert.IsType<HoldAnswer.Standing>(await HoldAsync("h-1", 4)).Existed);
        Shelf.AssertRefused(StockRefusalReason.HoldMismatch, await HoldAsync("h-1", 5));
        Assert.Equal(4, _till.Balance().Held);
        // Also when it is over: an id is used up.
        _time.Advance(TimeSpan.FromSeconds(60));
        await HoldAsync("h-2");
        Assert.Equal(HoldState.Expired, Shelf.AssertStands(await HoldAsync("h-1", 4)).State);
    }

    [Fact]
    public async Task A_hold_that_is_over_makes_room_in_the_moment_that_somebody_wants_it()
    {
        await HoldAsync("h-1", 10);
        _time.Advance(TimeSpan.FromSeconds(59));
        Shelf.AssertRefused(StockRefusalReason.OutOfStock, await HoldAsync("h-2"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Shelf.AssertStands(await HoldAsync("h-3"));
        Assert.Equal(HoldState.Expired, _till.StateOf("h-1"));
        Assert.Equal(1, _till.Balance().Held);
    }

    [Fact]
    public async Task Holds_run_out_also_when_nobody_buys_and_across_a_restart()
    {
        await HoldAsync("h-1", 10);
        await _till.DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        _till = new TestTill(_folder.Path, new Uri("http://127.0.0.1:1"), _time);
        using var expiry = new HoldExpiry(_till.Store, _time, NullLogger<HoldExpiry>.Instance);
        Assert.Equal(1, await expiry.RunOnceAsync());
        Assert.Equal(0, await expiry.RunOnceAsync());
        Assert.Equal(10, _till.Remaining());
        Assert.Equal(HoldState.Expired, Shelf.AssertStands(await _till.ReleaseAsync("h-1", _time)).State);
        Assert.Empty(_till.Disagreements());
    }

    [Fact]
    public async Task What_cannot_be_held_is_refused_by_name()
    {
        Shelf.AssertRefused(StockRefusalReason.UnknownEvent, await _till.HoldAsync(Shelf.Request("h-1") with { EventId = "other" }, _time));
        Shelf.AssertRefused(StockRefusalReason.UnknownSku, await _till.HoldAsync(Shelf.Request("h-1", sku: "cap"), _time));
        Shelf.AssertRefused(StockRefusalReason.UnknownHold, await _till.ReleaseAsync("h-1", _time));
        await _till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Shelf.AssertRefused(StockRefusalReason.EventNotLive, await HoldAsync("h-1"));
    }

    [Fact]
    public async Task Holds_are_bounded_and_one_more_is_refused()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(shirts: 2 * HoldBook.MaxOpen));
        await Task.WhenAll(Enumerable.Range(0, HoldBook.MaxOpen).Select(i => HoldAsync($"h-{i}")));
        Shelf.AssertRefused(StockRefusalReason.TooManyHolds, await HoldAsync("one-more"));
        await _till.ReleaseAsync("h-0", _time);
        Shelf.AssertStands(await HoldAsync("one-more"));
    }

    [Theory]
    [InlineData("", 1, 60)]
    [InlineData("h 1", 1, 60)]
    [InlineData("h-1", 0, 60)]
    [InlineData("h-1", 1, 0)]
    [InlineData("h-1", 1, 901)]
    public void A_request_of_the_wrong_shape_says_what_is_wrong(string holdId, int quantity, int seconds) =>
        Assert.NotNull(Shelf.Request(holdId, quantity, seconds).Problem());

    private Task<HoldAnswer> HoldAsync(string holdId, int quantity = 1) => _till.HoldAsync(Shelf.Request(holdId, quantity), _time);
}
