using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Storage;
using Marquee.TerminalGateway.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Watch;

public sealed class WatchPumpTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(WatchScene.OpensAt.AddHours(1));
    private readonly WatchFeed _feed = new();
    private readonly EdgeStore _store;
    private WatchPump _pump;

    public WatchPumpTests()
    {
        _store = EdgeStore.Open(_folder.File("edge.db"), GatewaySchema.Steps);
        _pump = Pump();
    }

    public async ValueTask DisposeAsync()
    {
        _pump.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_alert_is_kept_and_told_to_the_cloud_once()
    {
        Swap("sn-1", "sn-2");
        await _pump.RunOnceAsync();
        await _pump.RunOnceAsync();
        var kept = Assert.Single(Kept());
        Assert.Equal((AnomalyKind.SerialChanged, "bar-1"), (kept.Kind, kept.TerminalId));
        Assert.Equal(kept.AnomalyId, Assert.Single(Told()).AnomalyId);
    }

    [Fact]
    public async Task An_alert_that_grows_is_one_row_and_two_facts()
    {
        for (var i = 0; i < 100; i++) Decline(i);
        await _pump.RunOnceAsync();
        Assert.Equal((AnomalySeverity.Critical, 1), (Assert.Single(Kept()).Severity, Kept()[0].Escalation));
        // Both steps came in one round, so the cloud hears where it stands.
        Assert.Equal([1], Told().Select(a => a.Escalation));
        for (var i = 100; i < 110; i++) Decline(i);
        await _pump.RunOnceAsync();
        Assert.Single(Told());
    }

    [Fact]
    public async Task What_finds_no_room_in_the_outbox_is_told_when_there_is_some()
    {
        _pump.Dispose();
        var small = new Outbox(_store, "berlin", _time, capacity: 2);
        _pump = new(_feed, _store, small, _time, NullLogger<WatchPump>.Instance);
        await WriteAsync(tx =>
        {
            for (var i = 0; i < 2; i++) small.Append(tx, "till", new NodeHealth("gateway", "1", "healthy", null));
        });
        Swap("sn-1", "sn-2");
        await _pump.RunOnceAsync();
        Assert.Single(Kept());
        Assert.Empty(Told());

        // As when the broker has taken them.
        await WriteAsync(tx => tx.Execute("UPDATE outbox_streams SET accepted_sequence=last_sequence"));
        _time.Advance(WatchPump.Look);
        await _pump.RunOnceAsync();
        Assert.Single(Told());
    }

    [Fact]
    public async Task A_restart_forgets_neither_what_was_told_nor_what_was_learnt()
    {
        Swap("sn-1", "sn-2");
        await _pump.RunOnceAsync();
        _time.Advance(WatchPump.Save);
        await _pump.RunOnceAsync();
        _pump.Dispose();

        _pump = Pump();
        _feed.Tell(new HelloObserved("bar-1", _time.GetUtcNow(), "sn-2", "1.0"));
        await _pump.RunOnceAsync();
        Assert.Single(Told());
        // Back to the first device within the half hour: the same incident, which is critical already.
        _feed.Tell(new HelloObserved("bar-1", _time.GetUtcNow(), "sn-1", "1.0"));
        await _pump.RunOnceAsync();
        Assert.Single(Kept());
    }

    [Fact]
    public async Task A_terminal_that_falls_silent_is_missed_though_nothing_more_is_told()
    {
        await WriteAsync(tx => EventBook.Put(tx, Night(), 1, _time.GetUtcNow()));
        for (var i = 0; i < 10; i++)
        {
            _feed.Tell(new HeartbeatObserved("bar-1", _time.GetUtcNow()));
            await _pump.RunOnceAsync();
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        for (var i = 0; i < 20; i++)
        {
            await _pump.RunOnceAsync();
            _time.Advance(WatchPump.Look);
        }

        var alert = Assert.Single(Kept());
        Assert.Equal((AnomalyKind.HeartbeatMissed, TestTill.EventId), (alert.Kind, alert.EventId));
    }

    [Fact]
    public async Task What_the_feed_cannot_hold_is_dropped_and_counted_and_nobody_waits()
    {
        for (var i = 0; i < WatchFeed.Capacity + 7; i++) _feed.Tell(new HeartbeatObserved("bar-1", _time.GetUtcNow()));
        Assert.Equal(7, _feed.Dropped);
        await _pump.RunOnceAsync();
        _feed.Tell(new HeartbeatObserved("bar-1", _time.GetUtcNow()));
        Assert.Equal(7, _feed.Dropped);
    }

    [Fact]
    public async Task Only_so_many_alerts_are_kept_and_the_oldest_go()
    {
        Swap("sn-1", "sn-2");
        await _pump.RunOnceAsync();
        var alert = Kept()[0];
        await WriteAsync(tx =>
        {
            for (var i = 0; i < AnomalyBook.MaxKept + 5; i++) AnomalyBook.Put(tx, alert with { AnomalyId = $"a-{i}" });
        });
        Assert.Equal(AnomalyBook.MaxKept, _store.Read(r => r.Number("SELECT count(*) FROM anomalies")));
        Assert.Equal($"a-{AnomalyBook.MaxKept + 4}", Kept()[0].AnomalyId);
        Assert.Equal(AnomalyBook.MaxListed, Kept().Count);
    }

    private void Swap(string from, string to)
    {
        _feed.Tell(new HelloObserved("bar-1", _time.GetUtcNow(), from, "1.0"));
        _feed.Tell(new HelloObserved("bar-1", _time.GetUtcNow(), to, "1.0"));
    }

    private void Decline(int number)
    {
        _time.Advance(TimeSpan.FromSeconds(20));
        _feed.Tell(new SaleObserved(
            "bar-1", _time.GetUtcNow(), number, $"o-{number}", "night", $"card-{number}", null, new Money(1000 + number, Currency.Eur), SaleOutcome.Declined));
    }

    private ConfigureEvent Night() => TestTill.Configuration() with { StartsAt = _time.GetUtcNow().AddHours(-1), EndsAt = _time.GetUtcNow().AddHours(4) };

    private WatchPump Pump() => new(_feed, _store, new Outbox(_store, "berlin", _time), _time, NullLogger<WatchPump>.Instance);

    private Task WriteAsync(Action<EdgeTransaction> work) => _store.WriteAsync(work, TestContext.Current.CancellationToken);

    private IReadOnlyList<AnomalyRaised> Kept() => _store.Read(r => AnomalyBook.List(r, AnomalyBook.MaxListed));

    private IReadOnlyList<AnomalyRaised> Told() => _store.Read(r => r.Query(
        "SELECT fact FROM outbox WHERE stream=$stream ORDER BY sequence",
        row => (AnomalyRaised)JsonSerializer.Deserialize<EdgeFact>((byte[])row.GetValue(0), ContractJson.Options)!.Body,
        ("$stream", AnomalyRaised.FactStream)));
}
