namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>
/// Learns where in a period of fifteen seconds a link loses in bunches: a satellite constellation hands its users over at fixed moments of
/// the clock, and packets around them are lost. Known once most of the losses of several periods lie at one place of it.
/// </summary>
internal sealed class SlotPhase
{
    public const long PeriodUs = 15_000_000;

    /// <summary>How long before and after an edge packets go twice.</summary>
    public const long GuardUs = 400_000;

    private const int Bins = 150;
    private const long BinUs = PeriodUs / Bins;

    /// <summary>The edge and its neighbours: 0.5 s.</summary>
    private const int Reach = 2;

    private const int LeastPeriods = 3;
    private const double LeastShare = 0.5;

    /// <summary>What a period's losses count for in the next one.</summary>
    private const double Fade = 0.75;

    /// <summary>With fewer losses than this, faded, nothing can be said.</summary>
    private const double LeastWeight = 6;

    private readonly double[] _losses = new double[Bins];
    private readonly bool[] _lostInPeriod = new bool[Bins];
    private readonly int[] _periods = new int[Bins];
    private long _period;

    /// <summary>Where the edge is, in microseconds from the period's start; null while there is none that is known.</summary>
    public long? EdgeUs { get; private set; }

    public void OnLoss(int packets, long atUs)
    {
        Advance(atUs / PeriodUs);
        var bin = (int)(atUs % PeriodUs / BinUs);
        _losses[bin] += packets;
        _lostInPeriod[bin] = true;
    }

    /// <summary>Whether this moment is next to an edge.</summary>
    public bool IsNearEdge(long nowUs)
    {
        if (EdgeUs is not { } edge) return false;
        var from = (nowUs % PeriodUs) - edge;
        if (from < 0) from += PeriodUs;
        return from <= GuardUs || from >= PeriodUs - GuardUs;
    }

    /// <summary>Due now and then, so that a period without loss passes as well.</summary>
    public void Tick(long nowUs) => Advance(nowUs / PeriodUs);

    private void Advance(long period)
    {
        if (_period == 0) _period = period;
        if (period <= _period) return;
        for (var passed = 0; _period < period && passed < 64; _period++, passed++) EndPeriod();
        _period = period;
        EdgeUs = Find();
    }

    private void EndPeriod()
    {
        for (var i = 0; i < Bins; i++)
        {
            _periods[i] = _lostInPeriod[i] ? Math.Min(_periods[i] + 1, 2 * LeastPeriods) : Math.Max(0, _periods[i] - 1);
            _lostInPeriod[i] = false;
            _losses[i] *= Fade;
        }
    }

    private long? Find()
    {
        double total = 0, most = 0;
        var at = -1;
        for (var i = 0; i < Bins; i++)
        {
            total += _losses[i];
            var around = Around(i, out _);
            if (around > most) (most, at) = (around, i);
        }
        if (at < 0 || most < LeastWeight || most < total * LeastShare) return null;
        Around(at, out var periods);
        return periods < LeastPeriods ? null : (at * BinUs) + (BinUs / 2);
    }

    private double Around(int bin, out int periods)
    {
        double sum = 0;
        periods = 0;
        for (var i = bin - Reach; i <= bin + Reach; i++)
        {
            var wrapped = (i + Bins) % Bins;
            // The middle counts a little more, so that the edge lies in the middle of what is lost.
            sum += _losses[wrapped] * (i == bin ? 1.01 : 1);
            periods += _periods[wrapped];
        }
        return sum;
    }
}
