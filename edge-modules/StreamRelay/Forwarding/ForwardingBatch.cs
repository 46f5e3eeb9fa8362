using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// The packets of one turn of the loop. They go out viewer by viewer and not packet by packet, so that what goes to one destination leaves
/// together, as segmented sends. Bounded: when it is full, it goes out.
/// </summary>
internal sealed class ForwardingBatch
{
    /// <summary>Far less than a ring holds, so that the bytes are still there when the batch goes out.</summary>
    public const int Capacity = 64;

    private readonly Entry[] _entries = new Entry[Capacity];

    public int Count { get; private set; }
    public bool IsFull => Count == Capacity;

    public void Add(SourceLayer layer, in RtpPacket packet, long sequence, bool isKeyFrame) =>
        _entries[Count++] = new Entry(layer, PacketFacts.Of(packet, sequence, layer.Track.Extensions), isKeyFrame);

    public void SendTo(ReadOnlySpan<Viewer> viewers, long nowUs)
    {
        var entries = _entries.AsSpan(0, Count);
        Count = 0;
        foreach (var viewer in viewers)
        {
            foreach (ref readonly var entry in entries)
            {
                if (entry.Layer.Ring.TryGet(entry.Facts.Sequence, out var bytes))
                    viewer.Forward(entry.Layer, new ForwardedPacket(bytes, in entry.Facts), nowUs);
                if (entry.IsKeyFrame) viewer.OnKeyFrame(entry.Layer, nowUs);
            }
        }
    }

    private readonly struct Entry(SourceLayer layer, PacketFacts facts, bool isKeyFrame)
    {
        public readonly SourceLayer Layer = layer;
        public readonly PacketFacts Facts = facts;
        public readonly bool IsKeyFrame = isKeyFrame;
    }
}
