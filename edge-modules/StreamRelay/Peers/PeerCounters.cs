namespace Marquee.StreamRelay.Peers;

/// <summary>What one peer has sent and been sent. Written on the loop.</summary>
internal sealed class PeerCounters
{
    public long RtpReceived { get; set; }
    public long RtpBytesReceived { get; set; }
    public long RtcpReceived { get; set; }
    public long RtpSent { get; set; }
    public long RtpBytesSent { get; set; }
    public long RtcpSent { get; set; }

    /// <summary>Refused before sending: not connected, too long, too many SSRCs.</summary>
    public long SendRefused { get; set; }
    public long Replayed { get; set; }
    public long Forged { get; set; }
    public long Malformed { get; set; }
}
