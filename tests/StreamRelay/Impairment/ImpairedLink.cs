namespace Marquee.StreamRelay.Tests.Impairment;

/// <summary>
/// Decides what becomes of each datagram of one direction of a link. The same seed, times and sizes give the same fates: a failing run can
/// be played again.
/// </summary>
internal sealed class ImpairedLink(LinkConditions conditions, int seed)
{
    private static readonly long SlotUs = (long)TimeSpan.FromSeconds(15).TotalMicroseconds;

    private readonly Random _random = new(seed);
    private bool _isInBurst;
    private long _freeUs;

    public LinkConditions Conditions { get; set; } = conditions;

    /// <summary>Nothing gets through.</summary>
    public bool IsCut { get; set; }

    public long Passed { get; private set; }
    public long Dropped { get; private set; }

    /// <summary>When the datagram arrives: no time when it is lost, two when it is doubled.</summary>
    /// <param name="nowUs">When it is sent, in microseconds.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="arrivalsUs">Room for two.</param>
    public int Send(long nowUs, int bytes, Span<long> arrivalsUs)
    {
        // Always as many numbers for a datagram, so that a change of conditions does not change all that follows.
        var (loss, burst, jitter, twice, late) =
            (_random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble());
        _isInBurst = _isInBurst ? burst > 1 / Conditions.BurstLength : burst < Conditions.Bursts;
        var startUs = Math.Max(nowUs, _freeUs);
        if (IsCut || _isInBurst || loss < Conditions.Loss || IsInSlot(nowUs) || startUs - nowUs > Conditions.MaxQueue.TotalMicroseconds)
        {
            Dropped++;
            return 0;
        }
        if (Conditions.BytesPerSecond is { } rate) _freeUs = startUs = startUs + (bytes * 1_000_000L / rate);
        Passed++;
        var delay = Conditions.Delay.TotalMicroseconds + (jitter * Conditions.Jitter.TotalMicroseconds);
        if (late < Conditions.Reorder) delay += Conditions.ReorderBy.TotalMicroseconds;
        arrivalsUs[0] = startUs + (long)delay;
        if (twice >= Conditions.Duplication) return 1;
        arrivalsUs[1] = arrivalsUs[0] + (long)Conditions.Jitter.TotalMicroseconds + 1;
        return 2;
    }

    private bool IsInSlot(long nowUs)
    {
        if (Conditions.SlotAt is not { } at) return false;
        var since = (nowUs - (long)at.TotalMicroseconds) % SlotUs;
        if (since < 0) since += SlotUs;
        return since < Conditions.SlotOutage.TotalMicroseconds;
    }
}
