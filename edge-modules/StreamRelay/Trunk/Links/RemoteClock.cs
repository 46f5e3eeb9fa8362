namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>
/// The clock of the other PoP as seen from ours: of the exchanges of the last seconds, over all links, the one with the least round trip
/// tells it best (RFC 5905 section 10). What cannot be known is how the round trip divides, so the uncertainty is half of it.
/// </summary>
internal sealed class RemoteClock
{
    private const int Buckets = 8;
    private const long BucketUs = 2_000_000;

    /// <summary>Crystals differ by so much at the most: microseconds a second.</summary>
    private const long DriftPerSecond = 100;

    private readonly Exchange[] _best = new Exchange[Buckets];
    private long _bucket;

    public bool IsSet { get; private set; }

    /// <summary>Their clock less ours, in microseconds.</summary>
    public long OffsetUs { get; private set; }

    /// <summary>How far <see cref="OffsetUs"/> may be off, either way.</summary>
    public long UncertaintyUs { get; private set; }

    /// <param name="sentUs">When our report left, in our clock.</param>
    /// <param name="theirReceivedUs">When it came there, in theirs.</param>
    /// <param name="theirSentUs">When the answer left, in theirs.</param>
    /// <param name="nowUs">When the answer came, in ours.</param>
    /// <returns>The round trip; negative when the numbers cannot be.</returns>
    public long Add(long sentUs, long theirReceivedUs, long theirSentUs, long nowUs)
    {
        var roundTrip = nowUs - sentUs - (theirSentUs - theirReceivedUs);
        if (roundTrip < 0 || theirSentUs < theirReceivedUs || nowUs < sentUs) return -1;
        var offset = (theirReceivedUs - sentUs + (theirSentUs - nowUs)) / 2;
        var bucket = nowUs / BucketUs;
        if (bucket != _bucket)
        {
            for (var passed = Math.Max(_bucket + 1, bucket - Buckets + 1); passed <= bucket; passed++) _best[passed % Buckets] = default;
            _bucket = bucket;
        }
        ref var best = ref _best[bucket % Buckets];
        if (best.AtUs == 0 || roundTrip < best.RoundTripUs) best = new Exchange(roundTrip, offset, nowUs);
        Choose(nowUs);
        return roundTrip;
    }

    /// <summary>A moment of theirs in our clock, from the low 32 bits of its microseconds; it is taken to be near now.</summary>
    public long ToOurs(uint theirUs, long nowUs) => nowUs - (int)((uint)(nowUs + OffsetUs) - theirUs);

    public long ToOurs(long theirUs) => theirUs - OffsetUs;

    public void Reset()
    {
        Array.Clear(_best);
        (IsSet, OffsetUs, UncertaintyUs) = (false, 0, 0);
    }

    private void Choose(long nowUs)
    {
        var least = long.MaxValue;
        foreach (ref readonly var exchange in _best.AsSpan())
        {
            if (exchange.AtUs == 0) continue;
            var uncertainty = (exchange.RoundTripUs / 2) + ((nowUs - exchange.AtUs) * DriftPerSecond / 1_000_000);
            if (uncertainty >= least) continue;
            (least, OffsetUs, UncertaintyUs, IsSet) = (uncertainty, exchange.OffsetUs, uncertainty, true);
        }
    }

    private readonly record struct Exchange(long RoundTripUs, long OffsetUs, long AtUs);
}
