using System.Collections.Immutable;
using Marquee.StreamRelay.Mp4;

namespace Marquee.StreamRelay.Hls;

/// <summary>An initialisation segment and the tracks that it is for.</summary>
internal sealed record HlsMap(int Number, MediaFormat Format, byte[] Bytes);

/// <summary>All that can be fetched of a stream at one moment. Never changes.</summary>
internal sealed record HlsSnapshot
{
    public static HlsSnapshot Empty { get; } = new();

    /// <summary>Oldest first; the last may still grow.</summary>
    public ImmutableList<HlsSegment> Segments { get; init; } = [];

    public ImmutableList<HlsMap> Maps { get; init; } = [];

    /// <summary>Discontinuities that have left the playlist (EXT-X-DISCONTINUITY-SEQUENCE), by the first segment that is listed.</summary>
    public int DiscontinuitiesBefore { get; init; }

    /// <summary>Segments at the beginning that are no longer listed, and kept for who has the playlist from before.</summary>
    public int Unlisted { get; init; }

    public bool HasEnded { get; init; }

    /// <summary>True once there is a whole segment, which players that know nothing of parts need.</summary>
    public bool IsPlayable => Segments.Count > 0 && Segments[0].IsComplete;

    /// <summary>The segment and the part that come next.</summary>
    public (long Sequence, int Part) Next
    {
        get
        {
            if (Segments.Count == 0) return (0, 0);
            var last = Segments[^1];
            return last.IsComplete ? (last.Sequence + 1, 0) : (last.Sequence, last.Parts.Count);
        }
    }

    /// <summary>
    /// Whether a playlist made of this has that part, or that whole segment. A part behind a segment's last stands for the first of the
    /// segment after it (section 6.2.5.2).
    /// </summary>
    public bool Has(long sequence, int? part)
    {
        var (nextSequence, nextPart) = Next;
        if (part is not { } index) return sequence < nextSequence;
        if (sequence >= nextSequence) return sequence == nextSequence && index < nextPart;
        return Find(sequence) is not { } segment || index < segment.Parts.Count || sequence + 1 < nextSequence || nextPart > 0;
    }

    public HlsSegment? Find(long sequence) => Segments.Find(s => s.Sequence == sequence);
}
