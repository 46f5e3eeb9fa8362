using System.Buffers.Binary;
using Marquee.StreamRelay.Ice;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>Valid messages to start from.</summary>
internal static class Samples
{
    public const string Ufrag = "ABCDEFGH";
    public const string Password = "password-of-more-than-22-chars";
    public const uint Ssrc = 0x0A0B0C0D;

    private delegate void StunBody(ref StunWriter writer);

    private delegate bool RtcpBody(ref RtcpWriter writer);

    public static IReadOnlyList<byte[]> Stun() =>
    [
        OfStun(StunClass.Request, true, (ref StunWriter w) =>
        {
            w.Username(Ufrag + ":clnt");
            w.Priority(0x6E0001FF);
            w.IceControlling(42);
            w.UseCandidate();
        }),
        OfStun(StunClass.Request, true, (ref StunWriter w) =>
        {
            w.Username(Ufrag + ":clnt");
            w.IceControlled(42);
            w.Raw(0x7F01, [1, 2, 3, 4, 5]);
        }),
        OfStun(StunClass.Success, true, (ref StunWriter w) => w.XorMappedAddress(PeerAddress.V4(0x7F000001, 5000))),
        OfStun(StunClass.Success, true, (ref StunWriter w) => w.XorMappedAddress(PeerAddress.V6(new byte[16], 5000, 0))),
        OfStun(StunClass.Error, false, (ref StunWriter w) =>
        {
            w.ErrorCode(420, "Unknown Attribute"u8);
            w.UnknownAttributes(0x7F01);
        }),
        OfStun(StunClass.Indication, false, (ref StunWriter _) => { }),
    ];

    public static IReadOnlyList<byte[]> DtlsRecords() =>
    [
        Convert.FromHexString("16fefd0001000000000000000401020304"),
        Convert.FromHexString("17fefd000100000000000000010115fefd0001000000000001000101"),
        Convert.FromHexString("16feff0000000000000000000d01000001000000000000000102"),
        // Two fragments of one hello, and a change of cipher beside a finished message.
        Convert.FromHexString(
            "16fefd00000000000000000010010000080000000000000401020304" + "16fefd00000000000000010010010000080000000004000405060708"),
        Convert.FromHexString("14fefd0000000000000005000101" + "16fefd00010000000000000020" + new string('a', 64)),
        Convert.FromHexString("15fefd00000000000000090002022f"),
    ];

    public static IReadOnlyList<byte[]> Rtp() =>
        [.. new byte[][] { OfRtp(false, 0), OfRtp(true, 0), OfRtp(true, 2), OfRtp(false, 3) }.SelectMany(WithPayloads)];

    public static IReadOnlyList<byte[]> Rtcp() =>
    [
        OfRtcp((ref RtcpWriter w) =>
            w.SenderReport(new SenderReport(Ssrc, new NtpTime(77), 1, 2, 3), [new ReportBlock(800, 1, 2, 3, 4, 5, 6)]) && w.Cname(Ssrc, "venue")),
        OfRtcp((ref RtcpWriter w) => w.ReceiverReport(1, [new ReportBlock(800, 1, 2, 3, 4, 5, 6), new ReportBlock(700, 9, 2, 3, 4, 5, 6)])),
        OfRtcp((ref RtcpWriter w) => w.Nack(1, 800, [1, 2, 5, 17, 900])),
        OfRtcp((ref RtcpWriter w) => w.PictureLoss(1, 800)),
        OfRtcp((ref RtcpWriter w) => w.FullIntra(1, 800, 3)),
        OfRtcp((ref RtcpWriter w) => w.MaxBitrate(1, 2_500_000, [700, 800])),
        OfRtcp((ref RtcpWriter w) => w.ReceiverReport(1, []) && w.Nack(1, 800, [7]) && w.Bye(1)),
        // Transport-wide feedback: a run, a vector of one bit, a vector of two bits, and the deltas.
        Convert.FromHexString("8fcd0007" + "00000001" + "00000320" + "00010012" + "00000a01" + "2004aaaad511" + "0102030405060708090a0b0c"),
    ];

    /// <summary>VP8 with and without the long descriptor, H.264 alone, in fragments and together, VP9, AV1, nothing.</summary>
    private static IEnumerable<byte[]> WithPayloads(byte[] head)
    {
        string[] payloads =
        [
            "10009d012a", "90e0008001000000", "65888001", "7c85888001", "780100046742e01f000268ce", "8c00010203", "2c8001020304", "1000aa00bb", "",
        ];
        foreach (var payload in payloads) yield return [.. head, .. Convert.FromHexString(payload)];
    }

    private static byte[] OfRtp(bool withExtensions, int contributors)
    {
        var buffer = new byte[400];
        var writer = new RtpHeaderWriter(buffer, 96, true, 1000, 90_000, Ssrc, contributors == 2);
        if (withExtensions)
        {
            writer.AddUInt24(2, 0x123456);
            writer.AddUInt16(3, 500);
            writer.Add(4, "0"u8);
            writer.Add(5, [0x85]);
            if (contributors == 2) writer.Add(12, new byte[40]);
        }
        var length = writer.Finish();
        if (withExtensions) return buffer[..length];
        // Contributors go between the fixed header and what follows it, and padding at the end.
        buffer[0] = (byte)(0x80 | contributors | (contributors > 0 ? 0x20 : 0));
        return buffer[..(length + (contributors * 4))];
    }

    private static byte[] OfStun(StunClass kind, bool withIntegrity, StunBody body)
    {
        var buffer = new byte[512];
        var writer = new StunWriter(buffer, kind, new byte[StunMessage.TransactionBytes]);
        body(ref writer);
        using var key = new StunKey(Password);
        return buffer[..writer.Finish(withIntegrity ? key : null)];
    }

    private static byte[] OfRtcp(RtcpBody body)
    {
        var writer = new RtcpWriter(new byte[1200]);
        if (!body(ref writer)) throw new InvalidOperationException("the sample does not fit");
        return writer.Written.ToArray();
    }

    /// <summary>Writes the checksum that a message with FINGERPRINT at its end should have.</summary>
    public static void RepairFingerprint(Span<byte> message)
    {
        const int AttributeBytes = 8;
        if (message.Length < StunMessage.HeaderBytes + AttributeBytes) return;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(message.Length - StunMessage.HeaderBytes));
        var attribute = message[^AttributeBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(attribute, StunAttribute.Fingerprint);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(attribute[4..], Crc32.Of(message[..^AttributeBytes]) ^ StunMessage.FingerprintMask);
    }
}
