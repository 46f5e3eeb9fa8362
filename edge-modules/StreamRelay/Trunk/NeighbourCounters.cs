namespace Marquee.StreamRelay.Trunk;

/// <summary>What a trunk has counted since the process started.</summary>
internal sealed class NeighbourCounters
{
    public long MediaSent { get; set; }

    /// <summary>Frames sent again.</summary>
    public long Repeats { get; set; }

    /// <summary>Frames that were asked for.</summary>
    public long Nacks { get; set; }

    /// <summary>Packets too long for the trunk.</summary>
    public long TooLong { get; set; }

    /// <summary>Datagrams that are not of this trunk, replayed or forged.</summary>
    public long Bogus { get; set; }

    /// <summary>How often the other side, or its memory, was lost.</summary>
    public long Losses { get; set; }

    public long ControlOverflows { get; set; }
}
