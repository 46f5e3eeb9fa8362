using System.Text.Json;
using CsCheck;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Viewership;

namespace Marquee.StreamRelay.Tests.Viewership;

public sealed class ViewershipBookTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 20, 0, 30, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TempFolder _folder = new();
    private readonly EdgeStore _store;
    private readonly ViewershipBook _book;

    public ViewershipBookTests()
    {
        _store = EdgeStore.Open(_folder.File("relay.db"), RelaySchema.Steps);
        _book = new ViewershipBook(new Outbox(_store, "berlin", TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task While_the_line_takes_facts_each_second_is_one()
    {
        for (var i = 0; i < 3; i++)
        {
            await TakeAsync(Start.AddSeconds(i), new Look("night", 10 + i, 1));
            await AcceptAsync();
        }
        var facts = Facts();
        Assert.Equal([10, 11, 12], facts.Select(fact => fact.Viewers));
        Assert.All(facts, fact => Assert.Equal((1, "night", "night"), (fact.Minutes.Count, fact.EventId, fact.StreamId)));
        Assert.Equal(33, facts.Sum(fact => fact.Minutes[0].ViewerSeconds));
    }

    [Fact]
    public async Task What_an_outage_kept_back_comes_by_minute_and_nobody_is_missing()
    {
        for (var i = 0; i < 300; i++) await TakeAsync(Start.AddSeconds(i), new Look("night.stage-2", i < 100 ? 5 : 2, i == 0 ? 5 : 0));
        Assert.Equal(ViewershipBook.MaxUnaccepted, Facts().Count);

        await AcceptAsync();
        await TakeAsync(Start.AddSeconds(300), new Look("night.stage-2", 2, 0));
        var facts = Facts();
        Assert.Equal(ViewershipBook.MaxUnaccepted + 1, facts.Count);
        Assert.Equal(("night", 6), (facts[^1].EventId, facts[^1].Minutes.Count));
        Assert.Equal((100 * 5) + (201 * 2), facts.Sum(fact => fact.Minutes.Sum(minute => minute.ViewerSeconds)));
        Assert.Equal(5, facts.Sum(fact => fact.Minutes.Sum(minute => minute.Joined)));
        Assert.Equal(5, facts[^1].Minutes[0].Peak);
    }

    [Fact]
    public async Task Looks_add_up_whatever_the_line_does()
    {
        var step = Gen.Select(Gen.Int[0, 50], Gen.Int[0, 3], Gen.Bool, Gen.Int[1, 200]);
        await step.Array[1, 60].SampleAsync(async steps =>
        {
            await ForgetAsync();
            long seconds = 0, joined = 0;
            var at = Start;
            foreach (var (viewers, came, accepts, pass) in steps)
            {
                await TakeAsync(at, new Look("night", viewers, came));
                (seconds, joined, at) = (seconds + viewers, joined + came, at.AddSeconds(pass));
                if (accepts) await AcceptAsync();
            }
            for (var i = 0; i < steps.Length / ViewershipObserved.MaxMinutes + 1; i++)
            {
                await AcceptAsync();
                await TakeAsync(at, new Look("night", 0, 0));
            }
            var minutes = Facts().SelectMany(fact => fact.Minutes).ToList();
            Assert.Equal((seconds, joined), (minutes.Sum(minute => minute.ViewerSeconds), minutes.Sum(minute => minute.Joined)));
        }, iter: 20, threads: 1);
    }

    [Fact]
    public async Task An_outage_of_days_keeps_a_bounded_number_of_minutes_and_all_viewer_seconds()
    {
        await FillLineAsync();
        const int Minutes = ViewershipBook.MaxMinutes + 20;
        await _store.WriteAsync(transaction =>
        {
            for (var i = 0; i < Minutes; i++) _book.Take(transaction, [new Look("night", 3, 1)], Second, Start.AddMinutes(i));
        }, TestContext.Current.CancellationToken);
        Assert.Equal(ViewershipBook.MaxMinutes, _store.Read(r => r.Number("SELECT count(*) FROM viewership WHERE stream_id='night'")));
        Assert.Equal(Minutes * 3, _store.Read(r => r.Number("SELECT sum(viewer_seconds) FROM viewership WHERE stream_id='night'")));
        Assert.Equal(Minutes, _store.Read(r => r.Number("SELECT sum(joined) FROM viewership WHERE stream_id='night'")));
    }

    private async Task FillLineAsync()
    {
        for (var i = 0; i < ViewershipBook.MaxUnaccepted; i++) await TakeAsync(Start, new Look("other", 0, 0));
    }

    private Task TakeAsync(DateTimeOffset at, Look look) => _store.WriteAsync(transaction => _book.Take(transaction, [look], Second, at));

    /// <summary>The line takes all that waits; the facts stay for the test to read.</summary>
    private Task AcceptAsync() => _store.WriteAsync(transaction =>
    {
        transaction.Execute("UPDATE outbox_streams SET accepted_sequence=last_sequence");
    });

    private Task ForgetAsync() => _store.WriteAsync(transaction =>
    {
        foreach (var table in (string[])["outbox", "outbox_streams", "viewership"]) transaction.Execute($"DELETE FROM {table}");
    });

    private List<ViewershipObserved> Facts() => [.. _store
        .Read(r => r.Query("SELECT fact FROM outbox ORDER BY sequence", row => JsonSerializer.Deserialize<EdgeFact>((byte[])row.GetValue(0), ContractJson.Options)!))
        .Select(fact => Assert.IsType<ViewershipObserved>(fact.Body))];
}
