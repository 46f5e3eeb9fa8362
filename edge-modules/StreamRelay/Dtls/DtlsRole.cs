namespace Marquee.StreamRelay.Dtls;

internal enum DtlsRole
{
    /// <summary>Waits for the ClientHello: SDP <c>setup:passive</c>.</summary>
    Server,

    /// <summary>Sends the ClientHello: SDP <c>setup:active</c>.</summary>
    Client,
}
