using Marquee.StreamRelay.Trunk.Links;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Delivery;

/// <summary>
/// The receiving end of a direction: each frame is passed on once, as soon as it comes by whichever link, in whatever order. What is
/// missing is asked for once the slowest link that carries media should have brought it.
/// </summary>
internal sealed class ReceivedMedia(IReadOnlyList<TrunkLink> links, long budgetUs)
{
    /// <summary>Frames that may overtake one another.</summary>
    public const int Window = 8192;

    /// <summary>A hole this wide is not mended.</summary>
    public const int MaxGap = 1024;

    /// <summary>A link counts as carrying media for so long after it has last brought some.</summary>
    private const long CarryingUs = 200_000;

    /// <summary>What a frame may be late on its link, besides the link's own jitter.</summary>
    private const long PatienceUs = 3_000;

    private readonly CounterWindow _window = new(Window);
    private long _newest;

    public MissingFrames Missing { get; } = new();
    public long Delivered { get; private set; }
    public long Duplicates { get; private set; }

    /// <summary>Sent again and come after the latency budget: not passed on.</summary>
    public long TooLate { get; private set; }

    /// <summary>Frames that only came because they were sent again.</summary>
    public long Repaired { get; private set; }

    public long NewestUs { get; private set; }

    /// <summary>Takes a frame.</summary>
    /// <param name="sentUs">When it was sent first, in our clock.</param>
    /// <returns>Whether it is to be passed on.</returns>
    public bool Take(TrunkLink link, in MediaFrame frame, long sentUs, long nowUs)
    {
        var sequence = Unwrap(frame.Sequence);
        link.MediaHeardUs = nowUs;
        if (!frame.IsRepeated) link.Transit.Add(nowUs - sentUs);
        if (!_window.Allows(sequence))
        {
            Duplicates++;
            return false;
        }
        Advance(sequence - 1, sentUs, nowUs);
        _newest = Math.Max(_newest, sequence);
        if (frame.IsRepeated && nowUs - sentUs > budgetUs)
        {
            TooLate++;
            return false;
        }
        _window.Mark(sequence);
        Missing.Remove(sequence);
        if (frame.IsRepeated) Repaired++;
        (Delivered, NewestUs) = (Delivered + 1, nowUs);
        return true;
    }

    /// <summary>A report says how far the other side is: what is missing at the end shows by it.</summary>
    public void OnNewest(uint newest, long sentUs, long nowUs)
    {
        var sequence = Unwrap(newest);
        if (sequence > 0) Advance(sequence, sentUs, nowUs);
    }

    public void Reset()
    {
        _newest = 0;
        _window.Reset();
        Missing.Reset();
    }

    private long Unwrap(uint sequence) => _newest + (int)(sequence - (uint)_newest);

    private void Advance(long sequence, long sentUs, long nowUs)
    {
        if (sequence <= _newest) return;
        if (sequence - _newest > MaxGap)
        {
            Missing.GiveUp(sequence - _newest);
        }
        else
        {
            var askUs = Math.Max(nowUs, sentUs + SlowestUs(nowUs));
            for (var missing = _newest + 1; missing <= sequence; missing++) Missing.Add(missing, sentUs, askUs);
        }
        _newest = sequence;
    }

    /// <summary>How long after its sending a frame has surely come, if it was not lost.</summary>
    private long SlowestUs(long nowUs)
    {
        var slowest = 0L;
        for (var i = 0; i < links.Count; i++)
        {
            var link = links[i];
            if (!link.Transit.IsSet || nowUs - link.MediaHeardUs > CarryingUs) continue;
            slowest = Math.Max(slowest, link.Transit.MeanUs + (2 * link.Transit.JitterUs));
        }
        return slowest + PatienceUs;
    }
}
