using CsCheck;
using Marquee.StreamRelay.Metadata;

namespace Marquee.StreamRelay.Tests.Metadata;

/// <summary>Slices from the PoP where a stream is published to another that follows it, and on to a third.</summary>
public sealed class MetadataAcrossPopsTests
{
    private const string Stream = MetadataBench.EventId;

    [Fact]
    public async Task A_PoP_that_comes_late_gets_all_that_is_kept_and_then_what_is_new()
    {
        await using var berlin = await MetadataBench.StartAsync();
        await using var lisbon = await MetadataBench.StartAsync();
        lisbon.Metadata.Follow(Stream);
        for (var i = 0; i < 40; i++) await berlin.AddAsync($"n{i}", new NoteCue($"Note {i}"));
        await CarryAsync(berlin, lisbon);
        await berlin.AddAsync("last", new TitleCue("Encore"));
        await CarryAsync(berlin, lisbon);
        Assert.Equal(berlin.Metadata.Find(Stream)!.Items, lisbon.Metadata.Find(Stream)!.Items);
        Assert.Equal(berlin.Metadata.Find(Stream)!.State, lisbon.Metadata.Find(Stream)!.State);
    }

    [Fact]
    public async Task Slices_that_come_twice_late_or_with_one_missing_before_change_nothing()
    {
        await using var berlin = await MetadataBench.StartAsync();
        await using var lisbon = await MetadataBench.StartAsync();
        var items = new List<MetadataItem>();
        for (var i = 0; i < 30; i++) items.Add(await berlin.AddAsync($"n{i}", new NoteCue(new string('x', 300))));
        var ahead = berlin.Metadata.ItemsAfter(Stream, items[20].Sequence)!;
        lisbon.Metadata.ApplyRemote(ahead);
        for (var i = 0; i < 5; i++) lisbon.Turn();
        Assert.Equal(0, lisbon.Metadata.Last(Stream));
        var first = berlin.Metadata.ItemsAfter(Stream, 0)!;
        await CarryAsync(berlin, lisbon);
        var told = 0;
        lisbon.Metadata.Advanced += _ => told++;
        lisbon.Metadata.ApplyRemote(first);
        lisbon.Metadata.ApplyRemote(ahead);
        for (var i = 0; i < 5; i++) lisbon.Turn();
        Assert.Equal((items.Count, 0), (lisbon.Metadata.Find(Stream)!.Items.Count, told));
    }

    [Fact]
    public async Task A_followed_stream_is_published_at_its_origin_alone_until_it_is_ours_again()
    {
        await using var berlin = await MetadataBench.StartAsync();
        await using var lisbon = await MetadataBench.StartAsync();
        lisbon.Metadata.Follow(Stream);
        await berlin.AddAsync("t", new TitleCue("Berlin"));
        await CarryAsync(berlin, lisbon);
        var refused = Assert.IsType<MetadataAnswer.Refused>(await lisbon.PublishAsync("x", new TitleCue("Lisbon")));
        Assert.Equal(MetadataRefusal.PublishedElsewhere, refused.Reason);
        lisbon.Metadata.Unfollow(Stream);
        await lisbon.AddAsync("x", new TitleCue("Lisbon"));
        await CarryAsync(lisbon, berlin);
        Assert.Equal(["Berlin", "Lisbon"], berlin.Metadata.Find(Stream)!.Items.Select(i => ((TitleCue)i.Cue).Title));
    }

    [Fact]
    public void A_slice_of_arbitrary_bytes_is_read_or_refused_and_never_throws() =>
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.String.Select(System.Text.Encoding.UTF8.GetBytes)).Sample(bytes =>
        {
            MetadataSlice.TryDecode(bytes, out _);
        });

    [Theory]
    [InlineData("""{"streamId":"s","after":0,"items":[]}""")]
    [InlineData("""{"streamId":"s","after":5,"items":[{"sequence":5,"id":"a","cue":{"kind":"note","text":"x"}}]}""")]
    [InlineData("""{"streamId":"s","after":0,"items":[{"sequence":5,"id":"a","cue":{"kind":"note","text":""}}]}""")]
    [InlineData("""{"streamId":"s","after":0,"items":[{"sequence":5,"id":"a","cue":{"kind":"unheard-of"}}]}""")]
    [InlineData("""{"streamId":"s","after":0,"items":[{"sequence":5,"id":"a"}]}""")]
    [InlineData("""{"streamId":"s","after":0,"items":[null]}""")]
    [InlineData("null")]
    public void A_slice_that_makes_no_sense_is_refused(string json) =>
        Assert.False(MetadataSlice.TryDecode(System.Text.Encoding.UTF8.GetBytes(json), out _));

    private static async Task CarryAsync(MetadataBench from, MetadataBench to)
    {
        while (from.Metadata.ItemsAfter(Stream, to.Metadata.Last(Stream)) is { } slice)
        {
            var bytes = slice.Encode();
            Assert.InRange(bytes.Length, 1, MetadataSlice.MaxBytes);
            Assert.True(MetadataSlice.TryDecode(bytes, out var received));
            to.Metadata.ApplyRemote(received);
            await to.UntilAsync(() => to.Metadata.Last(Stream) >= slice.Last);
        }
    }
}
