using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class DeviceTests
{
    private readonly WatchScene _scene = new();

    [Fact]
    public void The_first_device_is_trusted_and_the_same_one_raises_nothing()
    {
        _scene.Hello("sn-1");
        _scene.Hello("sn-1");
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void Another_serial_number_is_critical_at_once()
    {
        _scene.Hello("sn-1");
        _scene.Hello("sn-2");
        var alert = Assert.Single(_scene.Alerts);
        Assert.Equal((AnomalyKind.SerialChanged, AnomalySeverity.Critical), (alert.Kind, alert.Severity));
        Assert.Contains("sn-1", alert.Evidence.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_firmware_is_told()
    {
        _scene.Hello("sn-1", "1.0");
        _scene.Hello("sn-1", "1.1");
        Assert.Equal([AnomalyKind.FirmwareChanged], _scene.Kinds);
    }

    [Theory]
    [InlineData("sn-2", null)]
    [InlineData(null, null)]
    public void A_swap_that_was_announced_is_none(string? serial, string? firmware)
    {
        _scene.Hello("sn-1", "1.0");
        Announce(serial, firmware);
        _scene.Hello("sn-2", "2.0");
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void A_swap_to_another_device_than_was_announced_is_told()
    {
        _scene.Hello("sn-1");
        Announce("sn-2", null);
        _scene.Hello("sn-3");
        Assert.Equal([AnomalyKind.SerialChanged], _scene.Kinds);
    }

    [Fact]
    public void Announced_firmware_is_no_licence_for_another_device()
    {
        _scene.Hello("sn-1", "1.0");
        Announce(null, "1.1");
        _scene.Hello("sn-2", "1.1");
        Assert.Equal([AnomalyKind.SerialChanged], _scene.Kinds);
    }

    [Fact]
    public void An_announcement_counts_once_and_until_its_end()
    {
        _scene.Hello("sn-1");
        Announce(null, null);
        _scene.Hello("sn-2");
        _scene.Hello("sn-3");
        Assert.Equal([AnomalyKind.SerialChanged], _scene.Kinds);

        var late = new WatchScene();
        late.Hello("sn-1");
        late.Tell(new ChangeAnnounced(WatchScene.Terminal, late.Now, null, null, late.Now.AddHours(1)));
        late.Now = late.Now.AddHours(2);
        late.Hello("sn-2");
        Assert.Equal([AnomalyKind.SerialChanged], late.Kinds);
    }

    [Fact]
    public void A_terminal_that_falls_silent_while_the_event_sells_is_missed_within_ten_heartbeats()
    {
        _scene.Beat(20);
        var last = _scene.Now;
        _scene.Pass(TimeSpan.FromSeconds(300));
        var alert = Assert.Single(_scene.Alerts);
        Assert.Equal(AnomalyKind.HeartbeatMissed, alert.Kind);
        Assert.Equal(last, alert.Evidence.FirstAt);
    }

    [Fact]
    public void A_restart_is_no_silence()
    {
        _scene.Beat(20);
        _scene.Pass(TimeSpan.FromSeconds(150));
        _scene.Beat(20);
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void A_terminal_that_sells_is_not_silent()
    {
        _scene.Beat(20);
        for (var i = 0; i < 60; i++)
        {
            _scene.Sell(1000 + (i * 37 % 400), afterSeconds: 60);
            _scene.Tell(new TimePassed(_scene.Now));
        }

        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void Silence_after_signing_off_means_nothing()
    {
        _scene.Beat(20);
        _scene.Tell(new SignedOff(WatchScene.Terminal, _scene.Now));
        _scene.Pass(TimeSpan.FromHours(1));
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void Silence_after_closing_time_means_nothing()
    {
        _scene.Now = WatchScene.OpensAt.AddHours(4.9);
        _scene.Beat(20);
        _scene.Pass(TimeSpan.FromHours(1));
        Assert.Empty(_scene.Alerts);
    }

    [Fact]
    public void A_silence_that_lasts_is_told_twice_as_one_alert_that_grows()
    {
        _scene.Beat(20);
        _scene.Pass(TimeSpan.FromHours(1));
        Assert.Equal([AnomalySeverity.Warning, AnomalySeverity.Critical], _scene.Alerts.Select(a => a.Severity));
        Assert.Single(_scene.Alerts.Select(a => a.AnomalyId).Distinct());
    }

    private void Announce(string? serial, string? firmware) =>
        _scene.Tell(new ChangeAnnounced(WatchScene.Terminal, _scene.Now, serial, firmware, _scene.Now.AddHours(1)));
}
