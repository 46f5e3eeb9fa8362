using System.Security.Cryptography;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Ice;

/// <summary>
/// Rations what unknown sources may cost us: a token bucket per source address, in a table of fixed size under a secret hash. Sources that
/// collide share a bucket; nothing grows, however many there are.
/// </summary>
internal sealed class SourceLimiter
{
    public const int Buckets = 4096;

    private readonly long _ticksPerToken;
    private readonly int _burst;
    private readonly long[] _fullAt = new long[Buckets];
    private readonly ulong _secret;

    /// <param name="ticksPerToken">A token comes back each so many units of the loop's time.</param>
    /// <param name="burst">Tokens of a full bucket.</param>
    public SourceLimiter(long ticksPerToken, int burst)
    {
        (_ticksPerToken, _burst) = (ticksPerToken, burst);
        _secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
        Array.Fill(_fullAt, long.MinValue);
    }

    public bool TryTake(in PeerAddress source, long now)
    {
        // Each bucket is one number: the time at which it will be full again (a virtual scheduling clock, GCRA).
        ref var fullAt = ref _fullAt[Bucket(source)];
        var from = Math.Max(fullAt, now);
        if (from - now > (_burst - 1) * _ticksPerToken) return false;
        fullAt = from + _ticksPerToken;
        return true;
    }

    private int Bucket(in PeerAddress source)
    {
        var mixed = (source.SourceKey ^ _secret) * 0x9E3779B97F4A7C15UL;
        mixed ^= mixed >> 29;
        return (int)((mixed * (_secret | 1)) >> 52);
    }
}
