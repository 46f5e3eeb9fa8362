using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Capture;

/// <summary>Takes a whole frame or packet of sound.</summary>
internal delegate void FrameHandler(TrackReader track, bool isKey, long captureUs, ReadOnlySpan<byte> frame);

/// <summary>One source's packets put in order and made into frames. After a loss, video goes on at its next key frame.</summary>
internal sealed class TrackReader
{
    private readonly ReorderBuffer _order = new();
    private readonly SampleClock _clock;
    private readonly FrameReader? _frames;
    private readonly FrameHandler _onFrame;
    private SequenceUnwrapper _sequence;
    private uint _timestamp;
    private long _captureUs;
    private bool _isInFrame;
    private bool _needsKey = true;

    public TrackReader(uint ssrc, CodecFormat format, FrameHandler onFrame)
    {
        (Ssrc, Codec, _onFrame) = (ssrc, format, onFrame);
        _clock = new SampleClock(format.ClockRate);
        if (format.Kind == TrackKind.Video) _frames = FrameReader.For(format);
    }

    public uint Ssrc { get; }
    public CodecFormat Codec { get; }
    public TrackKind Kind => Codec.Kind;
    public bool IsSupported => Kind == TrackKind.Audio || _frames is not null;
    public VideoFormat? VideoFormat => _frames?.Format;
    public long Lost => _order.Lost;

    /// <summary>Frames that were left out because something of them, or of what they build on, is missing.</summary>
    public long DroppedFrames { get; private set; }

    /// <summary>True while only a key frame helps.</summary>
    public bool NeedsKeyFrame => _frames is not null && _needsKey;

    /// <summary>True from a loss to the frame that mends it.</summary>
    public bool IsBroken { get; private set; }

    public void OnPacket(ReadOnlySpan<byte> data, long captureUs, long nowUs)
    {
        if (!RtpPacket.TryParse(data, out var packet)) return;
        var sequence = _sequence.Unwrap(packet.SequenceNumber);
        if (_order.TryPass(sequence)) Deliver(packet, captureUs, isAfterGap: false);
        else _order.Hold(sequence, data, captureUs, nowUs);
        Tick(nowUs);
    }

    /// <summary>Gives up what has been waited for long enough.</summary>
    public void Tick(long nowUs)
    {
        while (_order.TryTake(nowUs, out var bytes, out var captureUs, out var isAfterGap))
        {
            if (RtpPacket.TryParse(bytes, out var held)) Deliver(held, captureUs, isAfterGap);
        }
    }

    private void Deliver(in RtpPacket packet, long captureUs, bool isAfterGap)
    {
        if (isAfterGap) IsBroken = true;
        if (_frames is null)
        {
            if (packet.PayloadLength == 0 || Kind == TrackKind.Video) return;
            _onFrame(this, true, _clock.TimeOf(packet.Timestamp, captureUs), packet.Payload);
            IsBroken = false;
            return;
        }
        if (isAfterGap)
        {
            // Neither the frame before the gap nor the one after it is known to be whole.
            if (_isInFrame) DroppedFrames++;
            (_needsKey, _isInFrame) = (true, false);
        }
        if (_isInFrame && packet.Timestamp != _timestamp) Complete();
        if (packet.PayloadLength == 0) return;
        if (!_isInFrame)
        {
            _frames.Begin();
            (_timestamp, _captureUs, _isInFrame) = (packet.Timestamp, captureUs, true);
        }
        _frames.Append(packet.Payload);
        if (packet.Marker) Complete();
    }

    private void Complete()
    {
        _isInFrame = false;
        if (!_frames!.TryComplete())
        {
            // Parameter sets alone are no frame, and no loss.
            if (!_frames.IsDamaged && _frames.Frame.IsEmpty) return;
            DroppedFrames++;
            (_needsKey, IsBroken) = (true, true);
            return;
        }
        if (_needsKey && !_frames.IsKey)
        {
            DroppedFrames++;
            return;
        }
        _needsKey = false;
        _onFrame(this, _frames.IsKey, _clock.TimeOf(_timestamp, _captureUs), _frames.Frame);
        IsBroken = false;
    }
}
