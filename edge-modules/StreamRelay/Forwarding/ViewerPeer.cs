using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Takes a record of DTLS application data from a viewer.</summary>
internal delegate void ViewerData(Peer peer, ReadOnlySpan<byte> message, long now);

/// <summary>Joins a WebRTC peer to the viewer that it is. Give it to <see cref="PeerHub"/> when the peer is made.</summary>
internal sealed class ViewerPeer(Viewer viewer) : IPeerMedia
{
    public Viewer Viewer { get; } = viewer;

    /// <summary>Called once, when media can be sent.</summary>
    public Action<Peer>? Connected { get; set; }

    /// <summary>Takes the data channel's records (SCTP).</summary>
    public ViewerData? Data { get; set; }

    /// <summary>Called once, when the peer is gone: for the session that it belongs to.</summary>
    public Action<PeerCloseReason>? Closed { get; set; }

    public void OnConnected(Peer peer, long now)
    {
        Viewer.Start(new PeerSink(peer), now);
        Connected?.Invoke(peer);
    }

    public void OnRtp(Peer peer, Span<byte> packet, long now)
    {
        // A viewer sends no media; what it sends all the same is dropped.
    }

    public void OnRtcp(Peer peer, ReadOnlySpan<byte> compound, long now) => Viewer.OnRtcp(compound, now);

    public void OnData(Peer peer, ReadOnlySpan<byte> message, bool isText, long now) => Data?.Invoke(peer, message, now);

    public void OnClosed(Peer peer, PeerCloseReason reason)
    {
        Viewer.Close();
        Closed?.Invoke(reason);
    }
}
