using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// One track to one viewer: packets of whichever source is on go out under the viewer's own SSRC, numbering, clock and payload type.
/// Numbers have a hole only where a packet is missing at the source; each stands for one packet for ever.
/// </summary>
internal sealed class ViewerTrack
{
    private const int VideoHistory = 1024;
    private const int AudioHistory = 256;
    private const int Epochs = 8;
    private const int MaxBurst = 512;
    private const int MaxHeader = 320;
    private const long RepeatIntervalUs = 15_000;

    private readonly TrackPlan _plan;
    private readonly Viewer _viewer;
    private readonly SentHistory _history;
    private readonly SourceLayer?[] _epochs = new SourceLayer?[Epochs];
    private readonly uint _ssrc;
    private readonly uint _rtxSsrc;
    private readonly byte _transportSequenceId;
    private readonly byte _absoluteSendTimeId;
    private readonly uint _step;

    private SourceLayer? _source;
    private ReplayPace _pace;
    private bool _isWaiting = true;
    private int _epoch;
    private long _epochStart;
    private long _cursor;           // the next source packet that has not been sent or skipped
    private long _sequenceOffset;   // from the source's numbers to ours
    private uint _timestampOffset;
    private long _lastSequence;
    private uint _lastTimestamp;
    private ushort _rtxSequence;

    public ViewerTrack(Viewer viewer, TrackPlan plan, uint fallbackSsrc)
    {
        (_viewer, _plan) = (viewer, plan);
        var source = plan.Ssrcs.Count > 0 ? plan.Ssrcs[0] : new SsrcPlan(fallbackSsrc, 0);
        (_ssrc, _rtxSsrc) = (source.Ssrc, plan.RtxPayloadType is null ? 0 : source.RtxSsrc);
        _history = new SentHistory(plan.Format.Kind == TrackKind.Video ? VideoHistory : AudioHistory);
        // Numbers start in the lower half, so that the first wrap is far from the start (RFC 3711 section 3.3.1), and one cycle up.
        _lastSequence = 65536 + (source.Ssrc & 0x3FFF);
        _rtxSequence = (ushort)(source.RtxSsrc & 0x3FFF);
        // One millisecond: what two frames are apart at the least when one source follows another.
        _step = (uint)(plan.Format.ClockRate / 1000);
        // A packet that is repeated as it was must be the same to the last byte, or SRTP with GCM would seal two texts under one nonce. So
        // what changes with the time of sending is only in tracks that repeat by RTX, or not at all.
        if (plan.Feedback.Nack && _rtxSsrc == 0) return;
        _transportSequenceId = plan.Feedback.TransportWide ? plan.Extensions.TransportSequence : (byte)0;
        _absoluteSendTimeId = plan.Extensions.AbsoluteSendTime;
    }

    public TrackKind Kind => _plan.Format.Kind;
    public uint Ssrc => _ssrc;

    /// <summary>The source that goes out now; null before the first.</summary>
    public SourceLayer? Source => _source;

    /// <summary>The layer to change to at its next key frame; null for video that nobody publishes.</summary>
    public SourceLayer? Target { get; set; }

    /// <summary>True while nothing goes out: before the first key frame, or after too much was dropped.</summary>
    public bool IsWaiting => _isWaiting;

    public bool IsCatchingUp => !_isWaiting && _source is not null && _cursor <= _source.Ring.Newest;

    /// <summary>True while packets before this one wait for their turn: a key frame makes them superfluous.</summary>
    public bool IsBehind(long sequence) => IsCatchingUp && _cursor < sequence;

    public long Packets { get; private set; }
    public long Bytes { get; private set; }
    public long Repeated { get; private set; }
    public long NotRepeatable { get; private set; }
    public long Switches { get; private set; }
    public ushort LastSequence => (ushort)_lastSequence;

    /// <summary>When the last packet of the first frame went out; 0 before.</summary>
    public long FirstFrameUs { get; private set; }

    /// <summary>Takes a packet of the stream; it goes out when it is of the source that is on and its turn has come.</summary>
    public void Forward(SourceLayer layer, in ForwardedPacket packet, long nowUs)
    {
        if (!ReferenceEquals(layer, _source) || _isWaiting)
        {
            if (Kind == TrackKind.Audio) Begin(layer, packet.Sequence, isPaced: false, nowUs);
            return;
        }
        if (packet.Sequence == _cursor)
        {
            if (_pace.IsActive && nowUs < _pace.EndUs && _pace.DueUs(packet.Timestamp) > nowUs) return; // its turn comes
            _cursor++;
            Send(packet, nowUs);
            if (_cursor <= layer.Ring.Newest) Drain(nowUs);
        }
        else if (packet.Sequence < _cursor)
        {
            // Late, in the hole that was left for it; unless it went out with others from the ring.
            if (packet.Sequence >= _epochStart && !HasSent(packet.Sequence)) Send(packet, nowUs);
        }
        else
        {
            Drain(nowUs);
        }
    }

    /// <summary>Starts, or goes on, with a source from one of its packets, which is in its ring.</summary>
    /// <param name="layer">The source.</param>
    /// <param name="start">A packet that decoding can start with.</param>
    /// <param name="isPaced">Whether what has passed since is run fast instead of all at once.</param>
    /// <param name="nowUs">Now.</param>
    public void Begin(SourceLayer layer, long start, bool isPaced, long nowUs)
    {
        if (!TryTimestamp(layer, start, out var first)) return;
        _pace = isPaced && TryTimestamp(layer, layer.Ring.Newest, out var newest)
            ? ReplayPace.From(first, newest, layer.Rate.BitsPerSecond(nowUs), layer.Track.Format.ClockRate, nowUs)
            : default;
        if (_source is not null && !ReferenceEquals(_source, layer))
        {
            _timestampOffset += _source.Clock.RtpAt(layer.Clock.ToUs(first)) - first;
            Switches++;
        }
        var mapped = _pace.Map(first) + _timestampOffset;
        if (Packets > 0 && (int)(mapped - _lastTimestamp) < _step) _timestampOffset += _lastTimestamp + _step - mapped;
        _epochs[++_epoch % Epochs] = layer;
        (_source, _isWaiting, _epochStart, _cursor) = (layer, false, start, start);
        _sequenceOffset = _lastSequence + 1 - start;
        Drain(nowUs);
    }

    /// <summary>Stops until <see cref="Begin"/>.</summary>
    public void Wait() => _isWaiting = true;

    /// <summary>Sends what is due of the source's ring.</summary>
    public void Drain(long nowUs)
    {
        if (_source is not { } source || _isWaiting) return;
        var ring = source.Ring;
        _cursor = Math.Max(_cursor, ring.OldestPossible);
        for (var sent = 0; _cursor <= ring.Newest && sent < MaxBurst; _cursor++)
        {
            if (!ring.TryGet(_cursor, out var bytes) || !RtpPacket.TryParse(bytes, out var packet)) continue;
            if (_pace.IsActive && nowUs < _pace.EndUs && _pace.DueUs(packet.Timestamp) > nowUs) return;
            var facts = PacketFacts.Of(packet, _cursor, source.Track.Extensions);
            Send(new ForwardedPacket(bytes, in facts), nowUs);
            sent++;
        }
    }

    /// <summary>Sends again what a NACK asks for; returns the bytes that it took, 0 when it cannot or need not be.</summary>
    public int Repeat(ushort sequence, long nowUs)
    {
        if (!_history.TryFind(sequence, out var original, out var epoch, out var timestamp)
            || _epoch - epoch >= Epochs || _epochs[epoch % Epochs] is not { } source
            || !source.Ring.TryGet(original, out var bytes) || !RtpPacket.TryParse(bytes, out var packet))
        {
            NotRepeatable++;
            return 0;
        }
        if (!_history.TryRepeat(sequence, nowUs, RepeatIntervalUs)) return 0;
        Repeated++;
        var facts = PacketFacts.Of(packet, original, source.Track.Extensions);
        var forwarded = new ForwardedPacket(bytes, in facts);
        return _rtxSsrc == 0
            ? Write(forwarded, _ssrc, _plan.PayloadType, sequence, timestamp, null, nowUs)
            : Write(forwarded, _rtxSsrc, _plan.RtxPayloadType!.Value, _rtxSequence++, timestamp, sequence, nowUs);
    }

    /// <summary>The sender report of the track now; false before its first packet.</summary>
    public bool TryReport(MediaClock clock, long nowUs, out SenderReport report)
    {
        report = default;
        if (Packets == 0 || _source is null) return false;
        report = new SenderReport(_ssrc, clock.NtpAt(nowUs), _source.Clock.RtpAt(nowUs) + _timestampOffset, (uint)Packets, (uint)Bytes);
        return true;
    }

    /// <summary>The timestamp that a frame captured at this moment bears for the viewer; null before the first packet.</summary>
    public uint? TimestampAt(long us) => Packets == 0 || _source is null ? null : _source.Clock.RtpAt(us) + _timestampOffset;

    /// <summary>Whether a packet of this source went out since it is on; one older than the history reaches is taken for sent.</summary>
    private bool HasSent(long sequence) =>
        _cursor - sequence >= _history.Capacity
        || (_history.TryFind((ushort)(sequence + _sequenceOffset), out var source, out var epoch, out _)
            && source == sequence && epoch == _epoch);

    private void Send(in ForwardedPacket packet, long nowUs)
    {
        var sequence = packet.Sequence + _sequenceOffset;
        var timestamp = _pace.Map(packet.Timestamp) + _timestampOffset;
        if (sequence > _lastSequence)
        {
            _lastSequence = sequence;
            if (Packets == 0 || (int)(timestamp - _lastTimestamp) > 0) _lastTimestamp = timestamp;
        }
        _history.Add((ushort)sequence, packet.Sequence, _epoch, timestamp);
        Write(packet, _ssrc, _plan.PayloadType, (ushort)sequence, timestamp, null, nowUs);
        Packets++;
        Bytes += packet.PayloadLength;
        if (!packet.Marker || FirstFrameUs != 0 || Kind != TrackKind.Video) return;
        FirstFrameUs = nowUs;
        _viewer.OnFirstFrame(nowUs);
    }

    [SkipLocalsInit]
    private int Write(in ForwardedPacket packet, uint ssrc, byte payloadType, ushort sequence, uint timestamp, ushort? original, long nowUs)
    {
        Span<byte> header = stackalloc byte[MaxHeader];
        var ids = _plan.Extensions;
        var descriptor = ids.DependencyDescriptor == 0 ? default : packet.DependencyDescriptor;
        var isTwoByte = descriptor.Length > RtpHeaderWriter.MaxElementLength;
        var room = header[..(MaxHeader - Retransmission.OriginalSequenceLength)];
        var writer = new RtpHeaderWriter(room, payloadType, packet.Marker, sequence, timestamp, ssrc, isTwoByte);
        // Of one length on all packets of a track, so that runs of them can leave as one segmented send.
        if (_absoluteSendTimeId != 0) writer.AddUInt24(_absoluteSendTimeId, (uint)((nowUs << 18) / 1_000_000) & 0xFF_FFFF);
        if (_transportSequenceId != 0) writer.AddUInt16(_transportSequenceId, _viewer.NextTransportSequence(packet.Payload.Length, nowUs));
        writer.Add(ids.AudioLevel, packet.AudioLevel);
        writer.Add(ids.VideoOrientation, packet.VideoOrientation);
        writer.Add(ids.DependencyDescriptor, descriptor);
        writer.Add(ids.PlayoutDelay, packet.PlayoutDelay);
        var length = writer.Finish();
        if (original is { } number)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[length..], number);
            length += Retransmission.OriginalSequenceLength;
        }
        _viewer.Sink!.SendRtp(header[..length], packet.Payload);
        return length + packet.Payload.Length;
    }

    private static bool TryTimestamp(SourceLayer layer, long sequence, out uint timestamp)
    {
        timestamp = 0;
        if (!layer.Ring.TryGet(sequence, out var bytes) || !RtpPacket.TryParse(bytes, out var packet)) return false;
        timestamp = packet.Timestamp;
        return true;
    }
}
