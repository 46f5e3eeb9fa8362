using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Sends to a WebRTC peer.</summary>
internal sealed class PeerSink(Peer peer) : IMediaSink
{
    public void SendRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) => peer.SendRtp(header, payload);

    public void SendRtcp(ReadOnlySpan<byte> compound) => peer.SendRtcp(compound);
}
