namespace Marquee.StreamRelay.Trunk;

/// <summary>What a neighbour tells the node.</summary>
internal interface INeighbourOwner
{
    /// <summary>The other side is there, and knows nothing of us yet: all is to be told from the start.</summary>
    void OnUp(Neighbour neighbour);

    /// <summary>The other side is gone, or has lost its memory. <see cref="OnUp"/> comes again.</summary>
    void OnDown(Neighbour neighbour);

    void OnControl(Neighbour neighbour, ReadOnlyMemory<byte> message, long now);

    /// <param name="rtp">Free to be changed in place.</param>
    /// <param name="arrival">When it came, by all clocks.</param>
    void OnMedia(Neighbour neighbour, ushort alias, Span<byte> rtp, in MediaArrival arrival);
}

/// <summary>When a packet of the trunk was where, in our clock in microseconds.</summary>
/// <param name="IsVideo">Picture, not sound.</param>
/// <param name="IngestUs">It came into the first relay.</param>
/// <param name="SentUs">The neighbour sent it, the first time.</param>
/// <param name="Now">The loop's time.</param>
internal readonly record struct MediaArrival(bool IsVideo, long IngestUs, long SentUs, long Now);
