using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Forwarding;

/// <summary>A sent packet, read back.</summary>
internal sealed record SentPacket(ushort Sequence, uint Timestamp, uint Ssrc, byte PayloadType, bool Marker, string Payload, byte[] Bytes);

/// <summary>Keeps what is sent to a peer.</summary>
internal sealed class RecordingSink : IMediaSink
{
    public List<SentPacket> Packets { get; } = [];
    public List<byte[]> Rtcp { get; } = [];

    public void SendRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        byte[] bytes = [.. header, .. payload];
        Assert.True(RtpPacket.TryParse(bytes, out var packet));
        Packets.Add(new SentPacket(packet.SequenceNumber, packet.Timestamp, packet.Ssrc, packet.PayloadType, packet.Marker,
            Convert.ToHexString(packet.Payload), bytes));
    }

    public void SendRtcp(ReadOnlySpan<byte> compound) => Rtcp.Add(compound.ToArray());
}

/// <summary>Sends nowhere, and counts.</summary>
internal sealed class NullSink : IMediaSink
{
    public long Packets { get; private set; }

    public void SendRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) => Packets++;

    public void SendRtcp(ReadOnlySpan<byte> compound)
    {
    }
}
