using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class DrainingTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Processor _processor = null!;
    private TestTill _till = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = new TestTill(_folder.Path, _processor.Address);
        await _till.ConfigureAsync(1, TestTill.Configuration());
    }

    public async ValueTask DisposeAsync()
    {
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_version_of_the_configuration_is_acknowledged_once()
    {
        await _till.ConfigureAsync(1, TestTill.Configuration());
        await _till.ConfigureAsync(3, TestTill.Configuration(EventPhase.Wrapped));
        await _till.ConfigureAsync(2, TestTill.Configuration());
        Assert.Equal([(1, EventPhase.Live), (3, EventPhase.Wrapped)], _till.Facts<EventApplied>().Select(f => (f.Version, f.Phase)));
    }

    [Fact]
    public async Task A_wrapped_event_with_nothing_open_has_drained_at_once()
    {
        await _till.SellAsync(TestTill.Request("o-1"));
        await _till.SellAsync(TestTill.Request("o-2", card: "pm_card_chargeDeclined"));
        await _till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Equal(new PopDrained("watch-night", 2, 1, 0, 0, new Money(1250, Currency.Eur)), Assert.Single(_till.Facts<PopDrained>()));
        Assert.IsType<PopDrained>(_till.Facts()[^1].Body);
    }

    [Fact]
    public async Task A_wrapped_event_drains_after_its_last_offline_sale_has_the_processors_word()
    {
        await _till.SellAsync(TestTill.Request("o-1", tip: 50));
        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-2"));
        await _till.SellAsync(TestTill.Request("o-3", card: "pm_card_chargeDeclined"));
        await _till.SellAsync(TestTill.Request("o-4", quantity: 2));
        await _till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Empty(_till.Facts<PopDrained>());
        await _processor.SetOutageAsync("none");
        await _till.ForwardAsync();
        Assert.Equal(new PopDrained("watch-night", 2, 1, 2, 1, new Money(1300 + 1250 + 2500, Currency.Eur)), Assert.Single(_till.Facts<PopDrained>()));
        Assert.IsType<PopDrained>(_till.Facts()[^1].Body);
    }

    [Fact]
    public async Task Draining_is_said_once_per_version_also_across_a_restart()
    {
        await _till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        await _till.DisposeAsync();
        _till = new TestTill(_folder.Path, _processor.Address);
        await _till.ForwardAsync();
        await _till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        await _till.ConfigureAsync(3, TestTill.Configuration(EventPhase.Dropping));
        Assert.Equal([2, 3], _till.Facts<PopDrained>().Select(f => f.Version));
    }
}
