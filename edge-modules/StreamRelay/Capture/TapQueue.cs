using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Capture;

/// <summary>A packet that was heard, for the reader of a <see cref="TapQueue"/>.</summary>
/// <param name="CaptureUs">When it was captured, in the relay's time, by its source's clock.</param>
/// <param name="ArrivalUs">When it came.</param>
/// <param name="Plan">What its publisher promised to send; another object for another publisher.</param>
internal readonly record struct HeardPacket(TrackKind Kind, CodecFormat Format, MediaPlan Plan, long CaptureUs, long ArrivalUs);

/// <summary>
/// Carries a stream's packets from the media loop to one reader on another thread. Bounded: when the reader is late by more than
/// <see cref="Capacity"/> packets (two seconds of 10 Mb/s), packets are dropped and counted; the loop never waits and allocates nothing.
/// </summary>
internal sealed class TapQueue(StreamHub hub, string streamId) : IMediaTap
{
    public const int Capacity = 2048; // a power of two
    private const int SlotBytes = 1536;

    private readonly byte[] _bytes = new byte[Capacity * SlotBytes];
    private readonly int[] _lengths = new int[Capacity];
    private readonly HeardPacket[] _packets = new HeardPacket[Capacity];
    private long _written;
    private long _read;
    private long _dropped;

    public string StreamId => streamId;

    /// <summary>Packets that found the queue full, or were too long.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void OnRtp(in RtpPacket packet, TrackKind kind, long now)
    {
        if (_written - Volatile.Read(ref _read) == Capacity || packet.Data.Length > SlotBytes)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            return;
        }
        if (hub.Find(streamId)?.Publisher is not { } publisher || LayerOf(publisher, packet.Ssrc) is not { } layer) return;
        var slot = (int)(_written & (Capacity - 1));
        packet.Data.CopyTo(_bytes.AsSpan(slot * SlotBytes));
        _lengths[slot] = packet.Data.Length;
        _packets[slot] =
            new HeardPacket(kind, layer.Track.Format, publisher.Plan, layer.Clock.ToUs(packet.Timestamp), hub.Clock.ToMicroseconds(now));
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>The oldest packet; it stays until <see cref="Advance"/>. For one reader.</summary>
    public bool TryPeek(out HeardPacket heard, out ReadOnlySpan<byte> data)
    {
        heard = default;
        data = default;
        if (Volatile.Read(ref _written) == _read) return false;
        var slot = (int)(_read & (Capacity - 1));
        heard = _packets[slot];
        data = _bytes.AsSpan(slot * SlotBytes, _lengths[slot]);
        return true;
    }

    public void Advance() => Volatile.Write(ref _read, _read + 1);

    private static SourceLayer? LayerOf(Publisher publisher, uint ssrc)
    {
        var layers = publisher.Layers;
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i].Ssrc == ssrc) return layers[i];
        }
        return null;
    }
}
