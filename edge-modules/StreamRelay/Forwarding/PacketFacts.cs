using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Where the parts of a packet lie that go out as they are: read once, used for every viewer.</summary>
internal readonly record struct PacketFacts
{
    /// <summary>The source's sequence number, unwrapped.</summary>
    public long Sequence { get; private init; }

    public uint Timestamp { get; private init; }
    public bool Marker { get; private init; }
    public Part Payload { get; private init; }
    public Part AudioLevel { get; private init; }
    public Part VideoOrientation { get; private init; }
    public Part DependencyDescriptor { get; private init; }
    public Part PlayoutDelay { get; private init; }

    public static PacketFacts Of(in RtpPacket packet, long sequence, in RtpExtensionMap ids)
    {
        Part level = default, orientation = default, descriptor = default, delay = default;
        if (packet.ExtensionLength > 0)
        {
            foreach (var element in packet.Extensions)
            {
                if (element.Id == ids.AudioLevel) level = Part.Of(packet.Data, element.Value);
                else if (element.Id == ids.VideoOrientation) orientation = Part.Of(packet.Data, element.Value);
                else if (element.Id == ids.DependencyDescriptor) descriptor = Part.Of(packet.Data, element.Value);
                else if (element.Id == ids.PlayoutDelay) delay = Part.Of(packet.Data, element.Value);
            }
        }
        return new PacketFacts
        {
            Sequence = sequence,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            Payload = new Part((ushort)packet.PayloadOffset, (ushort)packet.PayloadLength),
            AudioLevel = level,
            VideoOrientation = orientation,
            DependencyDescriptor = descriptor,
            PlayoutDelay = delay,
        };
    }

    /// <summary>A piece of a packet.</summary>
    internal readonly record struct Part(ushort Offset, ushort Length)
    {
        public static Part Of(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part) =>
            part.IsEmpty || !whole.Overlaps(part, out var offset) ? default : new Part((ushort)offset, (ushort)part.Length);

        public ReadOnlySpan<byte> In(ReadOnlySpan<byte> packet) => packet.Slice(Offset, Length);
    }
}
