namespace Marquee.StreamRelay.Forwarding;

/// <summary>Where packets for one peer go: encrypted and queued by the transport. Called on the media loop only.</summary>
internal interface IMediaSink
{
    /// <summary>Sends header and payload as one RTP packet. Both may be reused once the call returns.</summary>
    void SendRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload);

    void SendRtcp(ReadOnlySpan<byte> compound);
}
