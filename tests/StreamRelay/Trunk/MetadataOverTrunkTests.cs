using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Tests.Impairment;
using Marquee.StreamRelay.Trunk.Routing;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>Metadata travels with its stream.</summary>
public sealed class MetadataOverTrunkTests
{
    [Fact]
    public void It_comes_in_order_and_once_over_lossy_links_to_the_third_relay_and_to_one_that_joins_late()
    {
        var world = new World(11);
        var timelines = Enumerable.Range(0, 4).Select(_ => new Timelines()).ToArray();
        var pops = new[] { "berlin", "lisbon", "porto", "faro" }.Select((id, i) => world.AddPop(id, timelines: timelines[i])).ToArray();
        var bad = LinkConditions.Of(20, 0.15) with { Jitter = TimeSpan.FromMilliseconds(10), Duplication = 0.05 };
        world.Join(pops[0], pops[1], [bad, bad]);
        world.Join(pops[1], pops[2], [bad, bad]);
        pops[0].Publish();
        for (var i = 1; i <= 60; i++)
        {
            timelines[0].Add(World.Stream, i * 3);
            world.Pass(50);
        }
        world.Until(() => timelines[2].Last(World.Stream) == 180);
        world.Join(pops[2], pops[3], [bad]);
        world.Until(() => timelines[3].Last(World.Stream) == 180);
        foreach (var timeline in timelines)
            Assert.Equal(Enumerable.Range(1, 60).Select(i => i * 3L), timeline.Sequences(World.Stream));
        Assert.Empty(timelines[0].Followed);
        Assert.Equal([World.Stream], timelines[2].Followed);
    }

    [Fact]
    public void A_relay_that_becomes_the_origin_follows_no_more()
    {
        var world = new World();
        var followed = new Timelines();
        var (berlin, lisbon) = (world.AddPop("berlin", timelines: new Timelines()), world.AddPop("lisbon", timelines: followed));
        world.Join(berlin, lisbon, [LinkConditions.Of(20, 0)]);
        var camera = berlin.Publish();
        world.Until(() => followed.Followed.Count == 1);
        camera.Publisher.Close();
        world.Until(() => followed.Followed.Count == 0);
    }

    /// <summary>Timelines in memory.</summary>
    private sealed class Timelines : ITimelines
    {
        private readonly Dictionary<string, MetadataTimeline> _timelines = [];

        public event Action<string>? Advanced;

        public HashSet<string> Followed { get; } = [];

        public IEnumerable<long> Sequences(string streamId) => _timelines[streamId].After(0).Select(i => i.Sequence);

        public void Add(string streamId, long sequence) =>
            Take(streamId, new MetadataItem(sequence, $"id{sequence}", sequence, new NoteCue($"note {sequence}")));

        public long Last(string streamId) => _timelines.GetValueOrDefault(streamId)?.Last ?? 0;

        public MetadataSlice? ItemsAfter(string streamId, long sequence) =>
            _timelines.TryGetValue(streamId, out var timeline) ? MetadataSlice.Of(streamId, sequence, timeline.After(sequence)) : null;

        public void ApplyRemote(MetadataSlice slice)
        {
            if (slice.After > Last(slice.StreamId)) return;
            foreach (var item in slice.Items.Where(i => i.Sequence > Last(slice.StreamId))) Take(slice.StreamId, item);
        }

        public void Follow(string streamId) => Followed.Add(streamId);

        public void Unfollow(string streamId) => Followed.Remove(streamId);

        private void Take(string streamId, MetadataItem item)
        {
            if (!_timelines.TryGetValue(streamId, out var timeline)) _timelines[streamId] = timeline = new MetadataTimeline();
            Assert.True(timeline.TryAdd(item));
            Advanced?.Invoke(streamId);
        }
    }
}
