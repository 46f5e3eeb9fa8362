namespace Marquee.StreamRelay.Forwarding;

/// <summary>What has gone out to viewers and what they asked for. Counts only grow: viewers that left stay counted.</summary>
internal record struct EgressTotals
{
    public long Packets { get; private set; }
    public long Bytes { get; private set; }

    /// <summary>Packets sent again because a viewer asked.</summary>
    public long Repeated { get; private set; }

    /// <summary>Sequence numbers that viewers asked for.</summary>
    public long Nacks { get; private set; }

    /// <summary>PLI and FIR.</summary>
    public long KeyFrameRequests { get; private set; }

    /// <summary>Times that a viewer's video paused because it could not take it.</summary>
    public long Pauses { get; private set; }

    public void Add(Viewer viewer)
    {
        Add(viewer.Video);
        Add(viewer.Audio);
        Nacks += viewer.NacksReceived;
        KeyFrameRequests += viewer.KeyFrameRequests;
        Pauses += viewer.Pauses;
    }

    private void Add(ViewerTrack? track)
    {
        if (track is null) return;
        Packets += track.Packets;
        Bytes += track.Bytes;
        Repeated += track.Repeated;
    }
}

/// <summary>What has come in from a stream's publishers. Counts only grow: publishers that left stay counted.</summary>
internal record struct IngressTotals
{
    public long Packets { get; private set; }
    public long Lost { get; private set; }
    public long NacksSent { get; private set; }
    public long KeyFrameRequests { get; private set; }

    /// <summary>Freezes of the source, and how long they lasted, in microseconds.</summary>
    public long Freezes { get; private set; }
    public long FrozenUs { get; private set; }

    public void Add(Publisher publisher)
    {
        foreach (var layer in publisher.Layers)
        {
            Packets += layer.Statistics.Received;
            Lost += layer.Statistics.Lost;
            Freezes += layer.Cadence.Freezes;
            FrozenUs += layer.Cadence.FrozenUs;
        }
        NacksSent += publisher.NacksSent;
        KeyFrameRequests += publisher.KeyFrameRequests;
    }
}
