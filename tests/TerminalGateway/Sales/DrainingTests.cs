using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Tests.Sales;

public sealed class DrainingTests() : TillScene(TestTill.Configuration())
{
    [Fact]
    public async Task Each_version_of_the_configuration_is_acknowledged_once()
    {
        await Till.ConfigureAsync(1, TestTill.Configuration());
        await Till.ConfigureAsync(3, TestTill.Configuration(EventPhase.Wrapped));
        await Till.ConfigureAsync(2, TestTill.Configuration());
        Assert.Equal([(1, EventPhase.Live), (3, EventPhase.Wrapped)], Till.Facts<EventApplied>().Select(f => (f.Version, f.Phase)));
    }

    [Fact]
    public async Task A_wrapped_event_with_nothing_open_has_drained_at_once()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        await Till.SellAsync(TestTill.Request("o-2", card: "pm_card_chargeDeclined"));
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Equal(new PopDrained("watch-night", 2, 1, 0, 0, new Money(1250, Currency.Eur)), Assert.Single(Till.Facts<PopDrained>()));
        Assert.IsType<PopDrained>(Till.Facts()[^1].Body);
    }

    [Fact]
    public async Task A_wrapped_event_drains_after_its_last_offline_sale_has_the_processors_word()
    {
        await Till.SellAsync(TestTill.Request("o-1", tip: 50));
        await Processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-2"));
        await Till.SellAsync(TestTill.Request("o-3", card: "pm_card_chargeDeclined"));
        await Till.SellAsync(TestTill.Request("o-4", quantity: 2));
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        Assert.Empty(Till.Facts<PopDrained>());
        await Processor.SetOutageAsync("none");
        await Till.ForwardAsync();
        Assert.Equal(new PopDrained("watch-night", 2, 1, 2, 1, new Money(1300 + 1250 + 2500, Currency.Eur)), Assert.Single(Till.Facts<PopDrained>()));
        Assert.IsType<PopDrained>(Till.Facts()[^1].Body);
    }

    [Fact]
    public async Task Draining_is_said_once_per_version_also_across_a_restart()
    {
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        await RestartAsync();
        await Till.ForwardAsync();
        await Till.ConfigureAsync(2, TestTill.Configuration(EventPhase.Wrapped));
        await Till.ConfigureAsync(3, TestTill.Configuration(EventPhase.Dropping));
        Assert.Equal([2, 3], Till.Facts<PopDrained>().Select(f => f.Version));
    }
}
