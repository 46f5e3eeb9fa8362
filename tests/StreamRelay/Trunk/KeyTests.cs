using Marquee.StreamRelay.Tests.Impairment;

namespace Marquee.StreamRelay.Tests.Trunk;

/// <summary>Keys, and those who have none.</summary>
public sealed class KeyTests
{
    private readonly World _world = new(21);

    [Fact]
    public void Keys_rotate_under_a_running_show_without_losing_a_packet()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        var (first, second) = (_world.Key(1), _world.Key(2));
        var trunk = _world.Join(berlin, lisbon, [LinkConditions.Of(20, 0), LinkConditions.Of(30, 0)], key: first);
        var ear = lisbon.Listen();
        var camera = berlin.Publish();
        _world.Pass(2000);
        var from = _world.Network.NowUs;
        // One side hears of it long before the other, and of the old one's end as well.
        trunk.One.Use([first, second]);
        _world.Pass(3000);
        Assert.Equal(1u, trunk.One.KeyId);
        trunk.Other.Use([first, second]);
        _world.Until(() => trunk.One.KeyId == 2 && trunk.Other.KeyId == 2, 3000);
        _world.Pass(500);
        trunk.One.Use([second]);
        _world.Pass(500);
        trunk.Other.Use([second]);
        _world.Pass(1500);
        var sent = camera.SentUs.Where(s => s.Value > from && s.Value < _world.Network.NowUs - 100_000).Select(s => s.Key);
        Assert.Empty(sent.Except(ear.Numbers));
        Assert.Equal(ear.Numbers.Count, ear.Heard.Count);
        Assert.Equal(0, trunk.One.Counters.Losses);
    }

    [Fact]
    public void A_key_that_is_gone_ends_its_session()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        var trunk = _world.Join(berlin, lisbon, [LinkConditions.Of(20, 0)]);
        berlin.Publish();
        _world.Until(() => lisbon.Show?.Publisher is not null);
        trunk.Other.Use([_world.Key(2)]);
        _world.Pass(4000);
        Assert.False(trunk.One.IsUp || trunk.Other.IsUp);
        Assert.Null(lisbon.Show?.Publisher);
    }

    [Fact]
    public void Who_has_another_key_never_gets_in()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        var trunk = _world.Join(berlin, lisbon, [LinkConditions.Of(20, 0)]);
        var thief = _world.AddPop("lisbon");
        _world.Remove(lisbon);
        var stolen = thief.Add(trunk.OfOther with { Keys = [_world.Key()] });
        berlin.Publish();
        _world.Pass(5000);
        Assert.False(stolen.IsUp || trunk.One.IsUp);
        Assert.Null(thief.Show);
    }

    [Fact]
    public void What_was_recorded_and_what_was_made_up_changes_nothing()
    {
        var (berlin, lisbon) = (_world.AddPop("berlin"), _world.AddPop("lisbon"));
        var trunk = _world.Join(berlin, lisbon, [LinkConditions.Of(20, 0)]);
        var (from, to) = (berlin.Ports[0].Address, lisbon.Ports[0].Address);
        var recorded = new List<byte[]>();
        berlin.Ports[0].Tap = (datagram, _) => recorded.Add(datagram);
        var ear = lisbon.Listen();
        var camera = berlin.Publish();
        _world.Pass(3000);
        var session = trunk.Other.KeyId;
        var count = recorded.Count;
        for (var i = 0; i < count; i++)
        {
            _world.Network.Send(from, to, recorded[i]);
            var forged = recorded[i].ToArray();
            forged[(i * 7) % forged.Length] ^= (byte)(1 + (i % 255));
            _world.Network.Send(from, to, forged);
            _world.Network.Send(from, to, _world.Random(1 + (i % 1400)));
            if (i % 5 == 0) _world.Pass(1);
        }
        _world.Pass(500);
        Assert.True(trunk.Other.Counters.Bogus > count);
        Assert.Equal(0, trunk.One.Counters.Losses + trunk.Other.Counters.Losses);
        Assert.Equal(ear.Numbers.Count, ear.Heard.Count);
        var sent = camera.SentUs.Where(s => s.Value < _world.Network.NowUs - 100_000 && s.Value > 1_000_000).Select(s => s.Key);
        Assert.Empty(sent.Except(ear.Numbers));
        Assert.Equal(session, trunk.Other.KeyId);
    }
}
