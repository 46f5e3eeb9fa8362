using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class IncidentTests
{
    [Fact]
    public void A_long_attack_is_one_alert_that_grows_more_severe_once()
    {
        var scene = new WatchScene();
        for (var i = 0; i < 100; i++) scene.Sell(1000 + (i * 100), SaleOutcome.Declined);
        Assert.Equal([AnomalySeverity.Warning, AnomalySeverity.Critical], scene.Alerts.Select(a => a.Severity));
        Assert.Equal([0, 1], scene.Alerts.Select(a => a.Escalation));
        Assert.Single(scene.Alerts.Select(a => a.AnomalyId).Distinct());
        Assert.True(scene.Alerts[1].Evidence.Observations > scene.Alerts[0].Evidence.Observations);
        Assert.Equal(AnomalyEvidence.MaxOrders, scene.Alerts[1].Evidence.Orders.Count);
    }

    [Fact]
    public void An_attack_after_a_quiet_hour_is_another_alert()
    {
        var scene = new WatchScene();
        Spike(scene);
        scene.Now = scene.Now.AddHours(1);
        Spike(scene);
        Assert.Equal(2, scene.Alerts.Select(a => a.AnomalyId).Distinct().Count());
    }

    [Fact]
    public void Two_kinds_at_one_terminal_are_two_alerts()
    {
        var scene = new WatchScene();
        Spike(scene);
        scene.Refund("ghost-1", 900, null);
        scene.Refund("ghost-2", 900, null);
        Assert.Equal([AnomalyKind.DeclineSpike, AnomalyKind.RefundWithoutSale], scene.Kinds);
    }

    [Fact]
    public void An_incident_that_was_told_before_a_restart_is_not_told_anew()
    {
        var before = new WatchScene();
        Spike(before);
        var after = new WatchScene { Now = before.Now };
        after.Watch.Reopen(before.Alerts[0]);
        Spike(after);
        Assert.Empty(after.Alerts);
    }

    private static void Spike(WatchScene scene)
    {
        for (var i = 0; i < 6; i++) scene.Sell(1000 + (i * 100), SaleOutcome.Declined);
    }
}
