namespace Marquee.StreamRelay.Hls;

/// <summary>A piece of a segment that is published as soon as it is whole (RFC 8216bis section 4.4.4.9). Never changes.</summary>
/// <param name="Index">Within its segment, from 0.</param>
/// <param name="IsIndependent">It begins with a key frame.</param>
internal sealed record HlsPart(int Index, TimeSpan Duration, bool IsIndependent, byte[] Bytes);

/// <summary>A segment as far as it has come. Never changes: one that grows is another object.</summary>
/// <param name="Sequence">Its media sequence number.</param>
/// <param name="Map">The number of its initialisation segment.</param>
/// <param name="IsDiscontinuous">Other tracks than the segment before.</param>
internal sealed record HlsSegment(
    long Sequence, int Map, bool IsDiscontinuous, DateTimeOffset StartedAt, IReadOnlyList<HlsPart> Parts, bool IsComplete)
{
    public TimeSpan Duration => Parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration);
    public long Bytes => Parts.Sum(p => (long)p.Bytes.Length);
}
