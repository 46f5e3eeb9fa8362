using Marquee.Domain;
using Marquee.StreamRelay.Metadata;

namespace Marquee.StreamRelay.Tests.Metadata;

public sealed class StreamMetadataTests : IAsyncLifetime
{
    private const string Stream = MetadataBench.EventId;

    private static readonly ProductCue Mug = new("mug", "Enamel mug", new Money(1800, Currency.Eur), new Uri("https://shop.example/mug"));

    private MetadataBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await MetadataBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Items_are_in_the_order_in_which_they_were_published_and_amount_to_a_state()
    {
        var title = await _bench.AddAsync("t", new TitleCue("Watch night"));
        var chapter = await _bench.AddAsync("c", new ChapterCue("The movement"));
        var product = await _bench.AddAsync("p", Mug);
        var note = await _bench.AddAsync("n", new NoteCue("Only ten left"));
        var timeline = _bench.Metadata.Find(Stream)!;
        Assert.Equal([title, chapter, product, note], timeline.Items);
        Assert.Equal(new MetadataState(note.Sequence, title, chapter, product), timeline.State);
        await _bench.AddAsync("p2", new ProductEndedCue());
        Assert.Null(timeline.State.Product);
    }

    [Fact]
    public async Task An_item_sent_twice_is_there_once_and_an_id_used_twice_is_refused()
    {
        var first = await _bench.AddAsync("p", Mug);
        var again = Assert.IsType<MetadataAnswer.Accepted>(await _bench.PublishAsync("p", Mug));
        Assert.Equal((first, false), (again.Item, again.IsNew));
        Assert.Single(_bench.Metadata.Find(Stream)!.Items);
        Assert.Equal(MetadataRefusal.IdReused, await RefusalAsync("p", Mug with { Name = "Another" }));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        Assert.Equal(MetadataRefusal.InvalidItem, await RefusalAsync("", Mug));
        Assert.Equal(MetadataRefusal.InvalidItem, await RefusalAsync("a", new TitleCue(" ")));
        Assert.Equal(MetadataRefusal.InvalidItem, await RefusalAsync("b", new TitleCue("bell\a")));
        Assert.Equal(MetadataRefusal.InvalidItem, await RefusalAsync("c", Mug with { Price = new Money(-1, Currency.Eur) }));
        Assert.Equal(MetadataRefusal.InvalidItem, await RefusalAsync("d", Mug with { Url = new Uri("http://shop.example") }));
        Assert.Equal(MetadataRefusal.ItemTooLong, await RefusalAsync("e", new NoteCue(new string('漢', NoteCue.MaxCharacters))));
        Assert.Equal(MetadataRefusal.MediaTimeOutOfRange, await RefusalAsync("f", Mug, at: _bench.NowMilliseconds + 60_000));
        Assert.Equal(MetadataRefusal.UnknownStream, await RefusalAsync("g", Mug, streamId: "nobodys"));
        Assert.Null(_bench.Metadata.Find(Stream));
    }

    [Fact]
    public async Task A_stage_of_an_event_has_a_timeline_of_its_own()
    {
        await _bench.AddAsync("t", new TitleCue("Main"));
        await _bench.AddAsync("t", new TitleCue("Cellar"), Stream + ".cellar");
        Assert.Equal("Main", Title(Stream));
        Assert.Equal("Cellar", Title(Stream + ".cellar"));
    }

    [Fact]
    public async Task A_restart_loses_nothing()
    {
        await _bench.AddAsync("t", new TitleCue("Watch night"));
        await _bench.AddAsync("p", Mug);
        var (items, state) = (_bench.Metadata.Find(Stream)!.Items.ToList(), _bench.Metadata.Find(Stream)!.State);
        await _bench.RestartAsync();
        Assert.Equal(items, _bench.Metadata.Find(Stream)!.Items);
        Assert.Equal(state, _bench.Metadata.Find(Stream)!.State);
        Assert.True((await _bench.AddAsync("later", new NoteCue("more"))).Sequence > items[^1].Sequence);
    }

    [Fact]
    public async Task Old_items_go_at_the_bound_and_the_state_stays_in_memory_and_on_disk()
    {
        var title = await _bench.AddAsync("t", new TitleCue("Watch night"));
        for (var i = 0; i < MetadataTimeline.MaxItems + 20; i++) await _bench.AddAsync($"n{i}", new NoteCue("tick"));
        var timeline = _bench.Metadata.Find(Stream)!;
        Assert.Equal(MetadataTimeline.MaxItems + 1, timeline.Items.Count);
        Assert.Equal((title, title), (timeline.Items[0], timeline.State.Title));
        Assert.InRange(timeline.DroppedThrough, title.Sequence + 1, timeline.Items[1].Sequence - 1);
        var before = timeline.Items.ToList();
        await _bench.RestartAsync();
        Assert.Equal(before, _bench.Metadata.Find(Stream)!.Items);
    }

    [Fact]
    public async Task A_timeline_that_nobody_added_to_for_a_month_is_gone_with_the_next_start()
    {
        await _bench.AddAsync("t", new TitleCue("Watch night"));
        _bench.Time.Advance(MetadataBook.Lifetime + TimeSpan.FromDays(1));
        await _bench.RestartAsync();
        Assert.Null(_bench.Metadata.Find(Stream));
    }

    private string Title(string streamId) => ((TitleCue)_bench.Metadata.Find(streamId)!.State.Title!.Cue).Title;

    private async Task<MetadataRefusal> RefusalAsync(string id, MetadataCue cue, string streamId = Stream, long? at = null) =>
        Assert.IsType<MetadataAnswer.Refused>(await _bench.PublishAsync(id, cue, streamId, at)).Reason;
}
