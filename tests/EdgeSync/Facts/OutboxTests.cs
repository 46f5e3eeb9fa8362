using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.EdgeSync.Tests.Facts;

public sealed class OutboxTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_stream_counts_from_one_without_gaps_even_when_work_is_rolled_back()
    {
        await using var store = Open();
        var outbox = Outbox(store);
        await store.WriteAsync(tx => outbox.Append(tx, "till", Body(1)), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(
            tx =>
            {
                outbox.Append(tx, "till", Body(2));
                throw new InvalidOperationException();
            },
            TestContext.Current.CancellationToken));
        await store.WriteAsync(tx => outbox.Append(tx, "relay", Body(1)), TestContext.Current.CancellationToken);
        await store.WriteAsync(tx => outbox.Append(tx, "till", Body(3)), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2], outbox.Next("till", 10).Select(f => f.Sequence));
        Assert.Equal([1], outbox.Next("relay", 10).Select(f => f.Sequence));
    }

    [Fact]
    public async Task The_sequence_goes_on_after_everything_was_sent_and_the_store_reopened()
    {
        await using (var store = Open())
        {
            var outbox = Outbox(store);
            for (var i = 0; i < 3; i++) await store.WriteAsync(tx => outbox.Append(tx, "till", Body(i)), TestContext.Current.CancellationToken);
            await outbox.AcceptedAsync("till", 3);
            Assert.Equal(0, outbox.Pending());
        }

        await using var again = Open();
        var fact = await again.WriteAsync(tx => Outbox(again).Append(tx, "till", Body(4)), TestContext.Current.CancellationToken);
        Assert.Equal(4, fact.Sequence);
        Assert.Equal(1, Outbox(again).Pending());
    }

    [Fact]
    public async Task A_stored_fact_reads_back_as_it_was_appended()
    {
        await using var store = Open();
        var outbox = Outbox(store);
        var fact = await store.WriteAsync(tx => outbox.Append(tx, "till", Body(1)), TestContext.Current.CancellationToken);
        var stored = Assert.Single(outbox.Next("till", 10));
        Assert.Equal("pop-drained", stored.Kind);
        Assert.Equal(fact, JsonSerializer.Deserialize<EdgeFact>(stored.Json, ContractJson.Options));
        Assert.Equal("berlin.till.1", fact.Id);
        Assert.Equal(_time.GetUtcNow(), fact.OccurredAt);
    }

    [Fact]
    public async Task Room_shrinks_with_each_fact_and_comes_back_with_each_acceptance()
    {
        await using var store = Open();
        var outbox = new Outbox(store, "berlin", _time, capacity: 3);
        for (var i = 0; i < 4; i++) await store.WriteAsync(tx => outbox.Append(tx, "till", Body(i)), TestContext.Current.CancellationToken);
        Assert.Equal(0, store.Read(outbox.Room));
        await outbox.AcceptedAsync("till", 2);
        Assert.Equal(1, store.Read(outbox.Room));
    }

    [Fact]
    public async Task A_fact_too_large_for_the_bus_is_refused_with_the_work_that_made_it()
    {
        await using var store = Open();
        var outbox = Outbox(store);
        var huge = new NodeHealth("gateway", "1", "degraded", new string('x', EdgeSync.Facts.Outbox.MaxFactBytes));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(tx => outbox.Append(tx, "till", huge), TestContext.Current.CancellationToken));
        Assert.Equal(0, outbox.Pending());
    }

    [Fact]
    public async Task A_stream_that_skips_counts_on_from_there_and_what_waits_still_goes()
    {
        await using var store = Open();
        var outbox = Outbox(store);
        await store.WriteAsync(tx => outbox.Append(tx, "till", Body(1)), TestContext.Current.CancellationToken);
        var next = await store.WriteAsync(
            tx =>
            {
                Marquee.EdgeSync.Facts.Outbox.SkipTo(tx, "till", 1_000);
                Marquee.EdgeSync.Facts.Outbox.SkipTo(tx, "till", 500);
                return outbox.Append(tx, "till", Body(2));
            },
            TestContext.Current.CancellationToken);
        Assert.Equal((1_001, "berlin.till.1001"), (next.Sequence, next.Id));
        Assert.Equal([1L, 1_001], outbox.Next("till", 10).Select(fact => fact.Sequence));
        Assert.Equal(2, outbox.Pending());
        await outbox.AcceptedAsync("till", 1);
        Assert.Equal(1, outbox.Pending());
        await outbox.AcceptedAsync("till", 1_001);
        Assert.Equal(0, outbox.Pending());
    }

    private EdgeStore Open() => EdgeStore.Open(_folder.File("store.db"), [OutboxSchema.Version1, OutboxSchema.Version2]);

    private Outbox Outbox(EdgeStore store) => new(store, "berlin", _time);

    private static PopDrained Body(long version) => new("watch-night", version, 1, 2, 3, new Money(450, Currency.Eur));
}
