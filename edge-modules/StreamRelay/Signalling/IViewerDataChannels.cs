using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Signalling;

/// <summary>What speaks over the data channels of viewers. Where none is registered, an offered data channel is declined.</summary>
internal interface IViewerDataChannels
{
    /// <summary>A viewer with a data channel is about to connect: the time to set its hooks. On the loop.</summary>
    void OnViewer(string streamId, ViewerPeer viewer, DataChannelPlan channel);
}
