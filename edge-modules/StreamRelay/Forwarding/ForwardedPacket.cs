using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>A source's packet on its way to the viewers: what stays as it is, read once for all of them.</summary>
internal readonly ref struct ForwardedPacket
{
    private ForwardedPacket(in RtpPacket packet, long sequence)
    {
        Sequence = sequence;
        Timestamp = packet.Timestamp;
        Marker = packet.Marker;
        Payload = packet.Payload;
    }

    /// <summary>The source's sequence number, unwrapped.</summary>
    public long Sequence { get; }

    public uint Timestamp { get; }
    public bool Marker { get; }

    /// <summary>Empty for a packet that was padding only: it is passed on empty, so that the numbering has no hole.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    public ReadOnlySpan<byte> AudioLevel { get; private init; }
    public ReadOnlySpan<byte> VideoOrientation { get; private init; }
    public ReadOnlySpan<byte> DependencyDescriptor { get; private init; }
    public ReadOnlySpan<byte> PlayoutDelay { get; private init; }

    public static ForwardedPacket From(in RtpPacket packet, long sequence, in RtpExtensionMap ids)
    {
        if (packet.ExtensionLength == 0) return new ForwardedPacket(packet, sequence);
        ReadOnlySpan<byte> level = default, orientation = default, descriptor = default, delay = default;
        foreach (var element in packet.Extensions)
        {
            if (element.Id == ids.AudioLevel) level = element.Value;
            else if (element.Id == ids.VideoOrientation) orientation = element.Value;
            else if (element.Id == ids.DependencyDescriptor) descriptor = element.Value;
            else if (element.Id == ids.PlayoutDelay) delay = element.Value;
        }
        return new ForwardedPacket(packet, sequence) { AudioLevel = level, VideoOrientation = orientation, DependencyDescriptor = descriptor, PlayoutDelay = delay };
    }
}
