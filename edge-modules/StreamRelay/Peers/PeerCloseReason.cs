namespace Marquee.StreamRelay.Peers;

internal enum PeerCloseReason
{
    /// <summary>We ended it: DELETE on the session, take-over, revoked token.</summary>
    Local,

    /// <summary>The other side said close_notify.</summary>
    Remote,

    /// <summary>No valid binding request for 30 seconds (RFC 7675).</summary>
    ConsentExpired,

    /// <summary>Never connected within the time given to it.</summary>
    ConnectTimeout,

    /// <summary>DTLS failed: no common parameters, a wrong fingerprint, a fatal alert.</summary>
    HandshakeFailed,

    /// <summary>The relay stops.</summary>
    Shutdown,
}
