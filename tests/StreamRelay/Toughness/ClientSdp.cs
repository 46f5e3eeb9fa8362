using System.Net;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Toughness;

/// <summary>The session descriptions of a client with one VP8 track, with NACK and RTX. Used by the benchmarks too.</summary>
internal static class ClientSdp
{
    public const byte PayloadType = 96;

    private const byte RtxPayloadType = 97;

    public static string Offer(TestClient client, bool isPublisher) => Print(client, isPublisher ? "sendonly" : "recvonly", "actpass", "0");

    /// <summary>The answer of a viewer that has its port already; it takes the client's role in DTLS.</summary>
    public static string Answer(TestClient client, string offer, IPAddress address)
    {
        var media = SessionDescription.Parse(offer).Media[0];
        return Print(client, "recvonly", "active", media.Mid ?? "0")
            + $"a=candidate:1 1 udp 2130706431 {address} {client.LocalEndPoint.Port} typ host\r\na=end-of-candidates\r\n";
    }

    /// <summary>Connects a client to the other side of a session. On the loop.</summary>
    public static void Connect(TestClient client, string remote)
    {
        var description = SessionDescription.Parse(remote);
        var media = description.Media[0];
        var candidate = media.All("candidate").Select(c => c.Split(' ')).First(c => c[2].Equals("udp", StringComparison.OrdinalIgnoreCase));
        var fingerprint = description.Find(media, "fingerprint")!.Split(' ');
        if (!DtlsFingerprint.TryParse(fingerprint[0], fingerprint[1], out var expected)) throw new FormatException("no SHA-256 fingerprint");
        client.ConnectUdp(
            new IPEndPoint(IPAddress.Parse(candidate[4]), int.Parse(candidate[5], System.Globalization.CultureInfo.InvariantCulture)),
            description.Find(media, "ice-ufrag")!,
            description.Find(media, "ice-pwd")!,
            expected,
            DtlsRole.Client);
    }

    private static string Print(TestClient client, string direction, string setup, string mid) => new SessionDescription
    {
        Attributes = [new("group", $"BUNDLE {mid}")],
        Media =
        [
            new MediaDescription
            {
                Kind = "video",
                Port = 9,
                Protocol = "UDP/TLS/RTP/SAVPF",
                Formats = [$"{PayloadType}", $"{RtxPayloadType}"],
                Connection = "IN IP4 0.0.0.0",
                Attributes =
                [
                    new("mid", mid),
                    new("ice-ufrag", client.Ufrag),
                    new("ice-pwd", client.Password),
                    new("fingerprint", $"sha-256 {client.Identity.Fingerprint}"),
                    new("setup", setup),
                    new("rtcp-mux"),
                    new(direction),
                    new("rtpmap", $"{PayloadType} VP8/90000"),
                    new("rtcp-fb", $"{PayloadType} nack"),
                    new("rtcp-fb", $"{PayloadType} nack pli"),
                    new("rtpmap", $"{RtxPayloadType} rtx/90000"),
                    new("fmtp", $"{RtxPayloadType} apt={PayloadType}"),
                ],
            },
        ],
    }.ToString();
}
