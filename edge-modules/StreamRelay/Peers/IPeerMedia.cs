namespace Marquee.StreamRelay.Peers;

/// <summary>Takes what a peer sends, decrypted. Every call comes on the media loop.</summary>
internal interface IPeerMedia
{
    /// <summary>ICE has a path and DTLS has given keys: media may be sent from now on.</summary>
    void OnConnected(Peer peer, long now);

    /// <param name="packet">
    /// A whole RTP packet in plaintext; valid, and free to be changed in place, until the end of the receive batch.
    /// </param>
    void OnRtp(Peer peer, Span<byte> packet, long now);

    /// <param name="compound">A compound RTCP packet in plaintext.</param>
    void OnRtcp(Peer peer, ReadOnlySpan<byte> compound, long now);

    /// <param name="message">One record of DTLS application data. Chromium's carry SCTP.</param>
    void OnData(Peer peer, ReadOnlySpan<byte> message, bool isText, long now);

    /// <summary>The last call for this peer.</summary>
    void OnClosed(Peer peer, PeerCloseReason reason);
}
