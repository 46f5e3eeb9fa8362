namespace Marquee.StreamRelay.Peers;

/// <summary>What the demultiplexer has seen and dropped. Written on the loop.</summary>
internal sealed class HubCounters
{
    public long StunAnswered { get; set; }
    public long StunMalformed { get; set; }
    public long StunUnknownUfrag { get; set; }
    public long StunRefused { get; set; }

    /// <summary>Over the rate of its source; not looked at.</summary>
    public long StunRationed { get; set; }
    public long DtlsFromUnknown { get; set; }
    public long DtlsDropped { get; set; }
    public long MediaFromUnknown { get; set; }
    public long Unclassified { get; set; }
}
