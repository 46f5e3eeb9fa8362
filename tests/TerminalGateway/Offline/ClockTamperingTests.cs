using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Tests.Sales;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.TerminalGateway.Tests.Offline;

/// <summary>Whoever sets the machine's clock gains nothing by it.</summary>
public sealed class ClockTamperingTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 27, 20, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly WallClock _wall = new(Evening);
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _till = Start();
        var configuration = TestTill.Configuration() with
        {
            EndsAt = Evening.AddHours(3),
            OfflineLimits = new OfflineLimits(10_000, 50_000) { PerCardMinorUnits = 50_000, MaxAgeMinutes = 60 },
        };
        await _till.ConfigureAsync(1, configuration);
        _till.Breaker.Failed("test");
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_set_back_does_not_reopen_an_event_that_is_over(bool restart)
    {
        _wall.Advance(TimeSpan.FromHours(3));
        SaleDeskTests.AssertRefused(SaleRefusal.EventNotLive, await _till.SellAsync(TestTill.Request("o-1")));
        await SetClockAsync(Evening, restart);
        SaleDeskTests.AssertRefused(SaleRefusal.EventNotLive, await _till.SellAsync(TestTill.Request("o-1")));
        Assert.Equal(restart ? "wall_back_across_restart" : "wall_back", Noted().Entry.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_set_back_does_not_make_an_outage_young_again(bool restart)
    {
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1")));
        _wall.Advance(TimeSpan.FromMinutes(61));
        await SetClockAsync(Evening.AddMinutes(1), restart);
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await _till.SellAsync(TestTill.Request("o-2")));
    }

    [Fact]
    public async Task A_clock_set_ahead_while_running_neither_ends_the_event_nor_dates_its_sales()
    {
        await SetClockAsync(Evening.AddHours(10), restart: false);
        var sale = Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1"))).Sale;
        Assert.Equal(Evening, sale.ReceivedAt);
        Assert.Equal("wall_ahead", Noted().Entry.Code);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_at_the_start_is_put_right_by_the_cloud_and_widens_no_cap()
    {
        await SetClockAsync(Evening.AddHours(2), restart: true);
        Assert.IsType<SaleAnswer.Approved>(await _till.SellAsync(TestTill.Request("o-1")));
        _wall.SetTo(Evening);
        var watch = _till.Services.GetRequiredService<ClockWatch>();
        await _till.Store.WriteAsync(tx => watch.Heard(tx, Evening, TimeSpan.FromSeconds(1)), TestContext.Current.CancellationToken);
        Assert.Equal(Evening.AddSeconds(1), _till.Services.GetRequiredService<SessionClock>().GetUtcNow());
        Assert.Equal("set_back_by_cloud", Noted().Entry.Code);
        // How old the sale of the false time is cannot be told any more, so it counts as too old.
        SaleDeskTests.AssertRefused(SaleRefusal.FloorLimitExceeded, await _till.SellAsync(TestTill.Request("o-2")));
        Assert.Null(_till.Store.Read(r => JournalCheck.Verify(r, _till.Services.GetRequiredService<TillJournal>().Owner(r))).Break);
    }

    private async Task SetClockAsync(DateTimeOffset to, bool restart)
    {
        var watch = _till.Services.GetRequiredService<ClockWatch>();
        await watch.RunOnceAsync();
        _wall.SetTo(to);
        if (restart)
        {
            await _till.DisposeAsync();
            _till = Start();
            _till.Breaker.Failed("test");
        }

        await _till.Services.GetRequiredService<ClockWatch>().RunOnceAsync();
    }

    private PlacedEntry Noted() => _till.Store.Read(r => JournalRows.After(r, 1, 0, 100))
        .Select(link => CanonicalEntry.Read(link.Entry)).Last(placed => placed.Entry.Decision == Decision.ClockChanged);

    private TestTill Start() => new(_folder.Path, new Uri("http://127.0.0.1:9"), _wall);
}
