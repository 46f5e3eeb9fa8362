using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Joins a WebRTC peer to the publisher that it is. Give it to <see cref="PeerHub"/> when the peer is made.</summary>
internal sealed class PublisherPeer(Publisher publisher) : IPeerMedia
{
    public Publisher Publisher { get; } = publisher;

    /// <summary>Called once, when the peer is gone: for the session that it belongs to.</summary>
    public Action<PeerCloseReason>? Closed { get; set; }

    public void OnConnected(Peer peer, long now)
    {
        Publisher.Attach(new PeerSink(peer));
        Publisher.Ended = _ => peer.Close(PeerCloseReason.Local);
        // It was replaced while its handshake was under way.
        if (Publisher.HasEnded) peer.Close(PeerCloseReason.Local);
    }

    public void OnRtp(Peer peer, Span<byte> packet, long now) => Publisher.OnRtp(packet, now);

    public void OnRtcp(Peer peer, ReadOnlySpan<byte> compound, long now) => Publisher.OnRtcp(compound, now);

    /// <summary>A publisher's data channel is not used.</summary>
    public void OnData(Peer peer, ReadOnlySpan<byte> message, bool isText, long now)
    {
    }

    public void OnClosed(Peer peer, PeerCloseReason reason)
    {
        Publisher.Close();
        Closed?.Invoke(reason);
    }
}
