namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>Which links a packet takes, as a set of link numbers in the bits of a number.</summary>
internal sealed class LinkChoice(IReadOnlyList<TrunkLink> links)
{
    /// <summary>A better link has to be so much better, for so long, before a stream moves to it.</summary>
    public const long BetterByUs = 5_000;
    public const long BetterForUs = 3_000_000;

    /// <summary>A link that fell silent is still sent everything for so long in <see cref="TrunkMode.Duplicate"/>: most come back.</summary>
    public const long TriedForUs = 2_000_000;

    private readonly int[] _credits = new int[links.Count];
    private int _primary = -1;
    private int _better = -1;
    private long _betterSinceUs;

    /// <summary>The link that <see cref="TrunkMode.Primary"/> uses, by its place in the list; -1 before there is one.</summary>
    public int Primary => _primary;

    public long Switches { get; private set; }

    /// <param name="isProtected">Worth a second link.</param>
    /// <returns>Never empty while a link has an address.</returns>
    public uint For(TrunkMode mode, bool isProtected, long nowUs)
    {
        if (mode == TrunkMode.Duplicate) return All(nowUs);
        var first = mode == TrunkMode.Weighted ? NextByWeight() : _primary;
        if (first < 0 || !links[first].IsHeard) return All(nowUs);
        var chosen = 1u << first;
        if (isProtected || links[first].Slots.IsNearEdge(nowUs)) chosen |= Second(first);
        return chosen;
    }

    /// <summary>The way back for what was lost: the best link, and not the one that lost it if there is another.</summary>
    public int ForRepeat(int lostOn)
    {
        var best = Best(except: lostOn);
        return best >= 0 ? best : Best(except: -1);
    }

    /// <summary>The one link that is heard where there are several; -1 when that is not how it is.</summary>
    public int Lone
    {
        get
        {
            var lone = -1;
            for (var i = 0; i < links.Count; i++)
            {
                if (!links[i].IsHeard) continue;
                if (lone >= 0) return -1;
                lone = i;
            }
            return links.Count > 1 ? lone : -1;
        }
    }

    /// <summary>A second way besides one, as a set; empty when there is none.</summary>
    public uint Second(int first) => Bit(Best(except: first));

    /// <summary>Every link that is heard; if none is, every link that has an address.</summary>
    public uint All(long nowUs)
    {
        uint heard = 0, known = 0;
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i].Remote is null) continue;
            known |= 1u << i;
            if (links[i].IsHeard || nowUs - links[i].Health.FellSilentUs < TriedForUs) heard |= 1u << i;
        }
        return heard != 0 && AnyHeard() ? heard : known;
    }

    /// <summary>Looks whether the primary is still the one. Due every tick.</summary>
    /// <returns>The link that was left because it is dead; -1 otherwise.</returns>
    public int Update(long nowUs)
    {
        var best = Best(except: -1);
        if (_primary < 0)
        {
            _primary = best;
            return -1;
        }
        if (best < 0 || best == _primary)
        {
            _better = -1;
            return -1;
        }
        if (!links[_primary].IsHeard)
        {
            var dead = _primary;
            Move(best);
            return dead;
        }
        if (!links[best].IsUp || Score(links[best]) + BetterByUs > Score(links[_primary]))
        {
            _better = -1;
            return -1;
        }
        if (_better != best) (_better, _betterSinceUs) = (best, nowUs);
        else if (nowUs - _betterSinceUs >= BetterForUs) Move(best);
        return -1;
    }

    private void Move(int to)
    {
        (_primary, _better) = (to, -1);
        Switches++;
    }

    private int NextByWeight()
    {
        int chosen = -1, total = 0;
        for (var i = 0; i < links.Count; i++)
        {
            if (!links[i].IsUp) continue;
            var weight = Math.Max(1, (int)(links[i].Settings.Weight * 100 * (1 - links[i].LossThere)));
            _credits[i] += weight;
            total += weight;
            if (chosen < 0 || _credits[i] > _credits[chosen]) chosen = i;
        }
        if (chosen >= 0) _credits[chosen] -= total;
        return chosen;
    }

    /// <summary>The best link by what a packet takes on it; one on probation only when no other is there. -1 when none is heard.</summary>
    private int Best(int except)
    {
        var best = -1;
        for (var i = 0; i < links.Count; i++)
        {
            if (i == except || !links[i].IsHeard) continue;
            if (best < 0 || IsBetter(links[i], links[best])) best = i;
        }
        return best;
    }

    private static bool IsBetter(TrunkLink one, TrunkLink other) =>
        one.IsUp != other.IsUp ? one.IsUp : Score(one) < Score(other);

    /// <summary>Microseconds: one way, and for each percent of loss as much as a repeat of one packet in a hundred would cost ten times over.</summary>
    private static long Score(TrunkLink link) => link.OneWayUs + (long)(link.LossThere * 10 * link.RoundTrips.MeanUs);

    private bool AnyHeard()
    {
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i].IsHeard) return true;
        }
        return false;
    }

    private static uint Bit(int link) => link < 0 ? 0 : 1u << link;
}
