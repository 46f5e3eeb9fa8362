namespace Marquee.StreamRelay.Sctp;

/// <summary>The bounds and times of an association. Names in brackets are RFC 9260's.</summary>
internal sealed record SctpSettings
{
    /// <summary>WebRTC's port number, which leads nowhere: there is one association on a DTLS connection.</summary>
    public ushort Port { get; init; } = 5000;

    /// <summary>A packet, so that its DTLS record (at most 77 bytes more) stays within 1200 bytes.</summary>
    public int MaxPacketBytes { get; init; } = 1120;

    /// <summary>A message, either way. Ours are refused past it; for a longer one of theirs the association ends.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024;

    /// <summary>Messages that wait for their acknowledgement. Past it <see cref="SctpAssociation.Send"/> refuses.</summary>
    public int MaxQueuedBytes { get; init; } = 256 * 1024;

    /// <summary>What may lie here out of order or in parts; announced as our window.</summary>
    public int ReceiveWindowBytes { get; init; } = 256 * 1024;

    public ushort Streams { get; init; } = 1024;

    /// <summary>[RTO.Initial]</summary>
    public TimeSpan InitialRto { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>[RTO.Min] Below the RFC's second, which a viewer would notice; above the 200 ms by which others delay a SACK.</summary>
    public TimeSpan MinRto { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>[RTO.Max] Below the RFC's minute: consent (RFC 7675) ends the peer after 30 seconds.</summary>
    public TimeSpan MaxRto { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>[SACK.Delay]</summary>
    public TimeSpan SackDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>[HB.interval]</summary>
    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>[Valid.Cookie.Life]</summary>
    public TimeSpan CookieLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>[Association.Max.Retrans] Time-outs in a row after which the other side is given up.</summary>
    public int MaxRetransmissions { get; init; } = 10;

    /// <summary>[Max.Init.Retransmits]</summary>
    public int MaxInitRetransmissions { get; init; } = 8;
}
