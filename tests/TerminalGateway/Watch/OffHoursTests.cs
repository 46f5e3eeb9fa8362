using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class OffHoursTests
{
    [Fact]
    public void The_third_sale_in_the_dead_of_night_is_told()
    {
        var scene = new WatchScene { Now = WatchScene.OpensAt.AddHours(9) };
        for (var i = 0; i < 5; i++) scene.Sell(1000 + (i * 100));
        var alert = Assert.Single(scene.Alerts);
        Assert.Equal((AnomalyKind.OffHours, 3), (alert.Kind, alert.Evidence.Observations));
    }

    [Fact]
    public void Sales_that_the_till_refuses_count_as_well()
    {
        var scene = new WatchScene { Now = WatchScene.OpensAt.AddHours(9) };
        for (var i = 0; i < 5; i++)
            scene.Tell(new SaleObserved(WatchScene.Terminal, scene.Now.AddMinutes(i), i, $"order-{i}", "night", $"card-{i}", null, null, SaleOutcome.Refused));
        Assert.Equal([AnomalyKind.OffHours], scene.Kinds);
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(5.5)]
    public void Doors_that_open_early_and_a_last_round_are_within_hours(double hours)
    {
        var scene = new WatchScene { Now = WatchScene.OpensAt.AddHours(hours) };
        for (var i = 0; i < 8; i++) scene.Sell(1000 + (i * 100));
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void Another_events_hours_are_hours()
    {
        var scene = new WatchScene { Now = WatchScene.OpensAt.AddHours(12) };
        scene.Tell(new EventAnnounced(scene.Now, "brunch", scene.Now, scene.Now.AddHours(4), 200));
        for (var i = 0; i < 8; i++) scene.Sell(1000 + (i * 100));
        Assert.Empty(scene.Alerts);
    }

    [Fact]
    public void Where_no_hours_are_known_none_are_off()
    {
        var scene = new WatchScene(announced: false) { Now = WatchScene.OpensAt.AddHours(9) };
        for (var i = 0; i < 8; i++) scene.Sell(1000 + (i * 100));
        Assert.Empty(scene.Alerts);
    }
}
