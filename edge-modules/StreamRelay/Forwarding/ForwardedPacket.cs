namespace Marquee.StreamRelay.Forwarding;

/// <summary>A source's packet on its way to the viewers: its bytes as they came, and where their parts lie.</summary>
internal readonly ref struct ForwardedPacket
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly ref readonly PacketFacts _facts;

    public ForwardedPacket(ReadOnlySpan<byte> data, ref readonly PacketFacts facts)
    {
        _data = data;
        _facts = ref facts;
    }

    public long Sequence => _facts.Sequence;
    public uint Timestamp => _facts.Timestamp;
    public bool Marker => _facts.Marker;

    /// <summary>Empty for a packet that was padding only: it is passed on empty, so that the numbering has no hole.</summary>
    public ReadOnlySpan<byte> Payload => _facts.Payload.In(_data);

    public int PayloadLength => _facts.Payload.Length;
    public ReadOnlySpan<byte> AudioLevel => _facts.AudioLevel.In(_data);
    public ReadOnlySpan<byte> VideoOrientation => _facts.VideoOrientation.In(_data);
    public ReadOnlySpan<byte> DependencyDescriptor => _facts.DependencyDescriptor.In(_data);
    public ReadOnlySpan<byte> PlayoutDelay => _facts.PlayoutDelay.In(_data);
}
