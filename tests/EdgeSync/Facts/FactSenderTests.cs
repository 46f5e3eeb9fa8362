using Marquee.Domain.Contracts;

namespace Marquee.EdgeSync.Tests.Facts;

public sealed class FactSenderTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Bus _bus;

    public FactSenderTests() => _bus = new Bus(_folder.File("bus"));

    public async ValueTask InitializeAsync() => await _bus.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task Facts_arrive_in_order_under_their_ids_and_session()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await module.AppendAsync(1, 30);
        var taken = await _bus.ReceiveAsync(facts => Till(facts).Count == 30, TestContext.Current.CancellationToken);
        var till = taken.Where(t => t.Fact.Stream == "till").ToList();
        Assert.Equal(Enumerable.Range(1, 30).Select(n => (long)n), till.Select(t => t.Fact.Sequence));
        Assert.All(till, t =>
        {
            Assert.Equal(t.Fact.Id, t.Message.MessageId);
            Assert.Equal("berlin.till", t.Message.SessionId);
            Assert.Equal("berlin", t.Message.ApplicationProperties["pop"]);
            Assert.Equal("node-health", t.Message.ApplicationProperties["type"]);
        });
        await Until(() => module.Outbox.Pending() == 0);
        Assert.True(module.Sync.EventsConnected);
    }

    [Fact(Timeout = 120_000)]
    public async Task Facts_made_while_the_bus_is_away_arrive_once_it_is_back()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await module.AppendAsync(1, 5);
        await _bus.ReceiveAsync(facts => Till(facts).Count == 5, TestContext.Current.CancellationToken);
        await _bus.StopAsync();
        await module.AppendAsync(6, 20);
        Assert.True(module.Outbox.Pending() >= 20);
        await _bus.StartAsync();
        var taken = await _bus.ReceiveAsync(facts => Till(facts).Count == 20, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(6, 20).Select(n => (long)n), Till([.. taken.Select(t => t.Fact)]));
    }

    [Fact(Timeout = 120_000)]
    public async Task Facts_left_by_an_earlier_life_are_sent_by_the_next()
    {
        await _bus.StopAsync();
        await using (var module = await Module.StartAsync(_folder.Path, _bus))
            await module.AppendAsync(1, 12);
        await _bus.StartAsync();
        await using var next = await Module.StartAsync(_folder.Path, _bus);
        await next.AppendAsync(13, 3);
        var taken = await _bus.ReceiveAsync(facts => Till(facts).Count == 15, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 15).Select(n => (long)n), Till([.. taken.Select(t => t.Fact)]));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_bus_that_comes_and_goes_loses_nothing_and_keeps_the_order()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        for (var round = 0; round < 4; round++)
        {
            await module.AppendAsync((round * 40) + 1, 40);
            await _bus.StopAsync();
            await _bus.StartAsync();
        }

        var taken = await _bus.ReceiveAsync(facts => Till(facts).Distinct().Count() == 160, TestContext.Current.CancellationToken);
        // The broker drops what it has seen; a duplicate that slips through would be the cloud's inbox's to drop, never a gap or a swap.
        Assert.Equal(Enumerable.Range(1, 160).Select(n => (long)n), Till([.. taken.Select(t => t.Fact)]).Distinct());
    }

    [Fact(Timeout = 120_000)]
    public async Task The_first_fact_of_a_module_reports_its_health_and_a_change_is_reported_too()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        var first = await _bus.ReceiveAsync(facts => facts.Count == 1, TestContext.Current.CancellationToken);
        Assert.Equal("healthy", Assert.IsType<NodeHealth>(first[0].Fact.Body).Status);
        module.Current = EdgeSync.Health.NodeCondition.Degraded("line_down");
        var second = await _bus.ReceiveAsync(facts => facts.Count == 1, TestContext.Current.CancellationToken);
        var health = Assert.IsType<NodeHealth>(second[0].Fact.Body);
        Assert.Equal(("degraded", "line_down"), (health.Status, health.Reason));
    }

    private static List<long> Till(IReadOnlyList<EdgeFact> facts) => [.. facts.Where(f => f.Stream == "till").Select(f => f.Sequence)];

    private static async Task Until(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
