using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Tests.Forwarding;
using Marquee.StreamRelay.Tests.Impairment;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>The tree of relays: who has a stream from whom.</summary>
public sealed class RoutingTests
{
    private static readonly LinkConditions Good = LinkConditions.Of(15, 0);
    private readonly World _world = new();

    [Fact]
    public void A_third_relay_that_hangs_off_the_second_has_the_stream_and_its_key_frame_requests_reach_the_first()
    {
        var (berlin, lisbon, porto) = (_world.AddPop("berlin", isEager: false), _world.AddPop("lisbon", isEager: false), _world.AddPop("porto", isEager: false));
        _world.Join(berlin, lisbon, [Good]);
        _world.Join(lisbon, porto, [Good]);
        var camera = berlin.Publish();
        var (viewer, sink) = porto.View();
        _world.Until(() => viewer.FirstFrame is not null);
        _world.Pass(2000);
        Assert.True(sink.Packets.Count(p => p.Ssrc == 800) > 400);
        var feed = Assert.Single(porto.Node.Feeds);
        Assert.Equal(["lisbon", "berlin"], feed.Announcement.Path);
        // Its clock is counted from the first relay: two trunks of 15 ms.
        Assert.InRange(feed.FromIngest.PercentileUs(0.5), 28_000, 36_000);
        var before = camera.Publisher.KeyFrameRequests;
        viewer.OnRtcp(Show.PictureLoss(800), porto.Now);
        _world.Until(() => camera.Publisher.KeyFrameRequests > before);
    }

    [Fact]
    public void Nobody_fetches_what_nobody_wants()
    {
        var (berlin, lisbon, porto) = (_world.AddPop("berlin", isEager: false), _world.AddPop("lisbon", isEager: false), _world.AddPop("porto", isEager: false));
        _world.Join(berlin, lisbon, [Good]);
        var trunk = _world.Join(lisbon, porto, [Good]);
        berlin.Publish();
        _world.Pass(3000);
        Assert.All(_world.Pops, pop => Assert.Empty(pop.Node.Feeds));
        var (viewer, _) = porto.View();
        _world.Until(() => viewer.FirstFrame is not null);
        viewer.Close();
        _world.Pass(25_000);
        Assert.All(_world.Pops, pop => Assert.Empty(pop.Node.Feeds));
        Assert.True(trunk.One.IsUp);
    }

    [Fact]
    public void In_a_ring_of_relays_a_stream_takes_the_shortest_way_and_never_a_circle()
    {
        var pops = new[] { "berlin", "lisbon", "porto", "faro" }.Select(id => _world.AddPop(id)).ToArray();
        for (var i = 0; i < 4; i++) _world.Join(pops[i], pops[(i + 1) % 4], [Good]);
        var camera = pops[0].Publish();
        var ears = pops.Skip(1).Select(p => p.Listen()).ToList();
        _world.Pass(4000);
        Assert.All(pops.Skip(1), pop => Assert.Single(pop.Node.Feeds));
        Assert.All(ears, ear => Assert.Equal(ear.Numbers.Count, ear.Heard.Count));
        Assert.All(ears, ear => Assert.True(ear.Heard.Count > 800));
        Assert.Empty(pops[0].Node.Feeds);
        // The publisher leaves: the stream is gone everywhere, and does not live on in the ring.
        camera.Publisher.Close();
        _world.Pass(2000);
        Assert.All(pops, pop => Assert.Null(pop.Show?.Publisher));
    }

    [Fact]
    public void The_way_around_is_taken_when_the_trunk_is_gone()
    {
        var (berlin, lisbon, porto) = (_world.AddPop("berlin"), _world.AddPop("lisbon"), _world.AddPop("porto"));
        var direct = _world.Join(berlin, lisbon, [Good]);
        _world.Join(berlin, porto, [Good]);
        _world.Join(porto, lisbon, [Good]);
        berlin.Publish();
        var ear = lisbon.Listen();
        _world.Pass(2000);
        direct.Cut(0);
        _world.Pass(5000);
        var before = ear.Heard.Count;
        _world.Pass(1000);
        Assert.True(ear.Heard.Count > before + 250);
        Assert.Equal(["porto", "berlin"], Assert.Single(lisbon.Node.Feeds).Announcement.Path);
        direct.Cut(0, isCut: false);
        _world.Pass(5000);
        Assert.Equal(["berlin"], Assert.Single(lisbon.Node.Feeds).Announcement.Path);
    }

    [Fact]
    public void Another_publisher_at_the_origin_takes_over_and_viewers_of_the_far_relay_go_on()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        _world.Join(berlin, lisbon, [Good]);
        berlin.Publish();
        var (viewer, sink) = lisbon.View();
        _world.Until(() => viewer.FirstFrame is not null);
        var second = berlin.Publish(ssrc: 9, takeOver: true);
        _world.Until(() => second.Publisher.IsActive);
        _world.Pass(1500);
        var fromSecond = sink.Packets.Where(p => p.Ssrc == 800 && p.Payload[4..6] == "09").ToList();
        Assert.True(fromSecond.Count > 200);
        Assert.Equal("10", fromSecond[0].Payload[..2]);
        Assert.Equal("00", fromSecond[0].Payload[2..4]); // with a key frame
        Assert.Single(lisbon.Node.Feeds);
    }

    [Fact]
    public void A_publisher_here_goes_before_one_elsewhere_and_the_other_comes_back_when_it_leaves()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        _world.Join(berlin, lisbon, [Good]);
        berlin.Publish();
        _world.Until(() => lisbon.Show?.Publisher is not null);
        Assert.Equal(StreamRefusal.AlreadyPublished, lisbon.Hub.Publish(World.Stream, Show.Plan(7), new PublishOptions()).Refusal);
        var local = lisbon.Publish(ssrc: 7, takeOver: true);
        _world.Until(() => local.Publisher.IsActive);
        _world.Pass(500);
        Assert.Empty(lisbon.Node.Feeds);
        Assert.Empty(berlin.Node.Feeds);
        local.Publisher.Close();
        _world.Until(() => lisbon.Show?.Publisher is { } back && !ReferenceEquals(back, local.Publisher));
    }

    [Fact]
    public void A_relay_that_is_restarted_has_its_streams_back_by_itself()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        var trunk = _world.Join(berlin, lisbon, [Good, LinkConditions.Of(30, 0)]);
        berlin.Publish();
        _world.Until(() => lisbon.Show?.Publisher is not null);
        _world.Remove(lisbon);
        _world.Pass(300);
        var again = _world.AddPop("lisbon");
        again.Add(trunk.OfOther);
        var ear = again.Listen();
        _world.Until(() => ear.Heard.Count > 50, 1500);
        // And the origin, killed under the same show.
        _world.Remove(berlin);
        _world.Pass(300);
        var origin = _world.AddPop("berlin");
        origin.Add(trunk.OfOne);
        origin.Publish();
        var before = ear.Heard.Count;
        _world.Until(() => ear.Heard.Count > before + 50, 1500);
    }

    [Fact]
    public void Picture_and_sound_stay_together_on_the_other_side()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        _world.Pass(777); // their clocks start at different times
        var porto = _world.AddPop("porto");
        _world.Join(berlin, lisbon, [LinkConditions.Of(10, 0), LinkConditions.Of(40, 0)]);
        _world.Join(lisbon, porto, [Good]);
        berlin.Publish();
        _world.Pass(5000);
        foreach (var pop in new[] { lisbon, porto })
        {
            var layers = pop.Show!.Publisher!.Layers;
            var moments = layers.Select(l => l.Clock.ToUs((uint)(_world.Network.NowUs / 1000 * l.Clock.ClockRate / 1000))).ToList();
            Assert.All(layers, l => Assert.True(l.Clock.IsFromSenderReport));
            Assert.InRange(Math.Abs(moments[0] - moments[1]), 0, 2_000);
        }
    }
}
