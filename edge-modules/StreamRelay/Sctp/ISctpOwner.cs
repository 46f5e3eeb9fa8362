namespace Marquee.StreamRelay.Sctp;

/// <summary>What an association needs and tells. Calls come from within its own; its members may be called back.</summary>
internal interface ISctpOwner : IMessageSink
{
    /// <summary>Sends a packet to the other side, which may lose it.</summary>
    void Transmit(ReadOnlySpan<byte> packet);

    /// <summary>A number that nobody can guess: tags and first sequence numbers.</summary>
    uint NextRandom();

    /// <summary>Messages can be sent. Again when the other side has restarted: what it had not received is lost, streams begin anew.</summary>
    void OnUp();

    /// <summary>Something was acknowledged: there may be room for more.</summary>
    void OnRoom();

    /// <summary>The last call.</summary>
    void OnEnded(SctpEnd reason);
}

internal enum SctpEnd
{
    /// <summary>Both sides have all that was sent.</summary>
    Shutdown,

    /// <summary>We broke it off.</summary>
    AbortedByUs,

    /// <summary>The other side broke it off.</summary>
    AbortedByPeer,

    /// <summary>The other side broke the protocol, and we the association.</summary>
    Violation,

    /// <summary>No answer, for as many time-outs as are allowed.</summary>
    TimedOut,

    /// <summary>The other side has no use for our cookie.</summary>
    Refused,
}

internal enum SctpState
{
    /// <summary>Nothing yet: an INIT is answered.</summary>
    Closed,

    /// <summary>We have sent INIT.</summary>
    CookieWait,

    /// <summary>We have sent COOKIE ECHO.</summary>
    CookieEchoed,
    Established,

    /// <summary>We shut down as soon as all is acknowledged.</summary>
    ShutdownPending,

    /// <summary>We have sent SHUTDOWN.</summary>
    ShutdownSent,

    /// <summary>The other side shuts down; what we have sent must be acknowledged first.</summary>
    ShutdownReceived,

    /// <summary>We have sent SHUTDOWN ACK.</summary>
    ShutdownAckSent,

    /// <summary>For good: whatever comes is answered by ABORT.</summary>
    Ended,
}

/// <summary>What an association has seen.</summary>
internal sealed class SctpCounters
{
    public long PacketsReceived { get; set; }

    /// <summary>Short, damaged, or with chunks that make no sense.</summary>
    public long Malformed { get; set; }

    /// <summary>Of another port or another verification tag.</summary>
    public long Misdirected { get; set; }

    /// <summary>Chunks that have no meaning in the state.</summary>
    public long OutOfState { get; set; }
    public long Unknown { get; set; }
    public long ErrorsReceived { get; set; }
    public long PacketsSent { get; set; }
}
