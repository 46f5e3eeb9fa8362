using System.Numerics;
using Marquee.StreamRelay.Trunk.Links;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Delivery;

/// <summary>Seals a frame and sends it on a set of links.</summary>
internal delegate void FrameSender(uint links, ReadOnlySpan<byte> plaintext, long nowUs);

/// <summary>
/// What of the sent media goes out once more, and on which links: what the neighbour asks for, what a link had on it when it died, and, on
/// the last link that is left, all that was to go on two.
/// </summary>
internal sealed class MediaRepeats(TrunkLink[] links, LinkChoice choice, long budgetUs, NeighbourCounters counters, FrameSender send)
{
    /// <summary>How long after the first a frame goes the second time on the only link that is left: losses come in bunches.</summary>
    private const long EchoUs = 8_000;

    /// <summary>A link that loses less needs no second copy, and one that loses more is full: copies would fill it further.</summary>
    private const double LeastEchoLoss = 0.0005;
    private const double MostEchoLoss = 0.1;

    private long _echoed;

    /// <summary>The frames as they went out the first time.</summary>
    public SentMedia Sent { get; } = new();

    /// <summary>What the neighbour has seen to be missing.</summary>
    public void OnNack(in NackFrame nack, long nowUs)
    {
        for (var i = 0; i < nack.Count; i++)
        {
            var (first, mask) = nack[i];
            Repeat(Sent.Unwrap(first), nowUs);
            for (; mask != 0; mask &= mask - 1) Repeat(Sent.Unwrap(first + 1 + (uint)BitOperations.TrailingZeroCount(mask)), nowUs);
        }
    }

    /// <summary>What went out on a link in its last moments has probably not come.</summary>
    public void OnLinkLost(int link, long nowUs)
    {
        for (var sequence = Sent.Newest; Sent.TryFind(sequence, out var sentUs, out var on) && nowUs - sentUs <= budgetUs; sequence--)
        {
            if (on == 1u << link) Repeat(sequence, nowUs);
        }
    }

    /// <summary>With one link left, what was to go on two goes twice on it: a repeat that has to be asked for comes too late on most links.</summary>
    public void EchoOnLoneLink(long nowUs)
    {
        var lone = choice.Lone;
        if (lone < 0 || links[lone].LossThere is < LeastEchoLoss or > MostEchoLoss)
        {
            _echoed = Sent.Newest;
            return;
        }
        for (_echoed = Math.Max(_echoed, Sent.Newest - SentMedia.Capacity); _echoed < Sent.Newest; _echoed++)
        {
            if (Sent.TryFind(_echoed + 1, out var sentUs, out _) && nowUs - sentUs < EchoUs) return;
            if (!Sent.IsTwofold(_echoed + 1)) continue;
            if (!Sent.TryRepeat(_echoed + 1, nowUs + links[lone].OneWayUs - budgetUs, nowUs, out var frame)) continue;
            counters.Repeats++;
            send(1u << lone, frame, nowUs);
        }
    }

    public void Reset()
    {
        Sent.Reset();
        _echoed = 0;
    }

    /// <summary>Sends a frame again if it still gets there in time: what is worth more, on two links.</summary>
    private void Repeat(long sequence, long nowUs)
    {
        if (!Sent.TryFind(sequence, out _, out var on)) return;
        var lostOn = BitOperations.PopCount(on) == 1 ? BitOperations.TrailingZeroCount(on) : -1;
        var way = choice.ForRepeat(lostOn);
        if (way < 0) return;
        if (!Sent.TryRepeat(sequence, nowUs + links[way].OneWayUs - budgetUs, nowUs, out var frame)) return;
        counters.Repeats++;
        send((1u << way) | choice.Second(way), frame, nowUs);
    }
}
