using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>One source of a publisher: its audio, its video, or one simulcast layer of its video.</summary>
internal sealed class SourceLayer
{
    // Four seconds of a 10 Mb/s stream, and as many packets as one second of 40 Mb/s has.
    private const int VideoPackets = 4096;
    private const int VideoBytes = 5 * 1024 * 1024;
    private const int AudioPackets = 512;
    private const int AudioBytes = 256 * 1024;

    /// <summary>A source that is silent for this long is not chosen for viewers.</summary>
    private const long SilentUs = 1_000_000;

    private SequenceUnwrapper _unwrapper;
    private uint _keyFrameTimestamp;
    private FrameCadence _cadence;

    public SourceLayer(TrackPlan track, int index, uint ssrc, string? rid)
    {
        (Track, Index, Ssrc, Rid) = (track, index, ssrc, rid);
        var isVideo = track.Format.Kind == TrackKind.Video;
        Ring = isVideo ? new PacketRing(VideoPackets, VideoBytes) : new PacketRing(AudioPackets, AudioBytes);
        Statistics = new ReceiveStatistics(track.Format.ClockRate);
        Clock = new TrackClock(track.Format.ClockRate);
    }

    public TrackPlan Track { get; }
    public TrackKind Kind => Track.Format.Kind;

    /// <summary>Among the layers of the video track, in the order of the offer.</summary>
    public int Index { get; }

    public uint Ssrc { get; }
    public string? Rid { get; }
    public PacketRing Ring { get; }
    public ReceiveStatistics Statistics { get; }
    public LossTracker Losses { get; } = new();
    public RateMeter Rate { get; } = new();
    public TrackClock Clock { get; }
    public FrameCadence Cadence => _cadence;
    public long LastPacketUs { get; private set; }

    /// <summary>The first packet of the newest key frame; 0 before there was one.</summary>
    public long KeyFrameStart { get; private set; }

    public long KeyFrameUs { get; private set; }

    /// <summary>Somebody waits for a key frame.</summary>
    public bool IsKeyFrameWanted { get; set; }

    public long KeyFrameRequestedUs { get; set; }

    public bool IsLive(long nowUs) => nowUs - LastPacketUs < SilentUs;

    /// <summary>True while all that is needed to start at the newest key frame is in the ring.</summary>
    public bool CanReplay => KeyFrameStart != 0 && KeyFrameStart >= Ring.OldestPossible && Ring.TryGet(KeyFrameStart, out _);

    /// <summary>Takes a packet in; false for a repeated or a very late one.</summary>
    public bool TryAccept(in RtpPacket packet, bool isRetransmission, long nowUs, out long sequence)
    {
        sequence = _unwrapper.Peek(packet.SequenceNumber);
        if (!Ring.TryAdd(sequence, packet.Data)) return false;
        _unwrapper.Unwrap(packet.SequenceNumber);
        LastPacketUs = nowUs;
        if (!isRetransmission) Statistics.OnPacket(sequence, packet.Timestamp, nowUs);
        if (Kind == TrackKind.Video && !isRetransmission) _cadence.OnPacket(packet.Timestamp, nowUs);
        if (packet.PayloadLength > 0) Clock.OnPacket(packet.Timestamp, nowUs);
        Losses.OnPacket(sequence, nowUs);
        Rate.Add(packet.Data.Length, nowUs);
        return true;
    }

    /// <summary>Looks for the start of a key frame; true when there is a new one that decoding can start with.</summary>
    public bool TryFindKeyFrame(in RtpPacket packet, long sequence, long nowUs)
    {
        if (Kind != TrackKind.Video) return false;
        var mark = KeyFrames.Find(Track.Format.Codec, packet.Payload);
        if (mark == KeyFrameMark.None) return false;
        var isSame = KeyFrameStart != 0 && packet.Timestamp == _keyFrameTimestamp;
        if (mark == KeyFrameMark.Slice)
        {
            if (isSame || !TryFindFrameStart(ref sequence, packet.Timestamp)) return false;
        }
        // Parameter sets may come in several packets of one frame: the first of them counts. Older frames do not.
        if (isSame ? sequence >= KeyFrameStart : sequence < KeyFrameStart) return false;
        (KeyFrameStart, _keyFrameTimestamp, KeyFrameUs, IsKeyFrameWanted) = (sequence, packet.Timestamp, nowUs, false);
        return true;
    }

    /// <summary>Walks back over the packets of the same time; false while one may be missing in front of them.</summary>
    private bool TryFindFrameStart(ref long sequence, uint timestamp)
    {
        while (true)
        {
            if (!Ring.TryGet(sequence - 1, out var before)) return !Ring.HasSeen(sequence - 1) && Statistics.Expected <= 1;
            if (!RtpPacket.TryParse(before, out var packet) || packet.Timestamp != timestamp) return true;
            sequence--;
        }
    }
}
