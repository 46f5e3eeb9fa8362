using Marquee.StreamRelay.Metadata;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>The metadata of streams, as far as trunks carry it. On the media loop only.</summary>
internal interface ITimelines
{
    /// <summary>A stream's timeline has new items.</summary>
    event Action<string>? Advanced;

    /// <summary>The sequence of a stream's newest item; 0 when it has none.</summary>
    long Last(string streamId);

    /// <summary>The first items after a sequence; null when there are none.</summary>
    MetadataSlice? ItemsAfter(string streamId, long sequence);

    /// <summary>Takes a neighbour's items; <see cref="Advanced"/> tells when they are there.</summary>
    void ApplyRemote(MetadataSlice slice);

    /// <summary>The stream comes from another PoP.</summary>
    void Follow(string streamId);

    /// <summary>The stream is ours again, or nobody's.</summary>
    void Unfollow(string streamId);
}
