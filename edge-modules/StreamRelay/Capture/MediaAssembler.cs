using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Capture;

/// <summary>
/// Makes a presentation of a stream's packets: whole frames on one clock, beginning with a key frame, whatever publishers follow each other.
/// On one thread.
/// </summary>
internal sealed class MediaAssembler(IMediaOutput output)
{
    /// <summary>A track that was promised is counted on for this long while nothing of it comes.</summary>
    public const long TrustUs = 3_000_000;

    private TrackReader? _video;
    private TrackReader? _audio;
    private MediaFormat? _format;
    private MediaPlan? _plan;
    private long _planUs;
    private long _videoUs;
    private long _audioUs;
    private long _originUs = -1;
    private long _nowUs;
    private long _lastVideoTimeUs;
    private long _lastAudioTimeUs;
    private long _lostBefore;
    private long _droppedFramesBefore;

    /// <summary>Why there is no picture, or nothing at all; null when all that was promised can be put into a file.</summary>
    public string? Unsupported { get; private set; }

    /// <summary>When the last packet came, in the relay's time; 0 before the first.</summary>
    public long LastPacketUs => _nowUs;

    /// <summary>True while only a key frame of the picture helps.</summary>
    public bool NeedsKeyFrame => _video is { NeedsKeyFrame: true };

    public long LostPackets => _lostBefore + (_video?.Lost ?? 0) + (_audio?.Lost ?? 0);
    public long DroppedFrames => _droppedFramesBefore + (_video?.DroppedFrames ?? 0);

    public void OnPacket(in HeardPacket heard, ReadOnlySpan<byte> data)
    {
        if (!RtpPacket.TryParse(data, out var packet)) return;
        // After a pause of everything the promise counts anew, as it does for another publisher.
        if (!ReferenceEquals(heard.Plan, _plan) || heard.ArrivalUs - _nowUs > TrustUs) (_plan, _planUs) = (heard.Plan, heard.ArrivalUs);
        _nowUs = heard.ArrivalUs;
        if (heard.Kind == TrackKind.Video) _videoUs = _nowUs;
        else _audioUs = _nowUs;
        ref var track = ref heard.Kind == TrackKind.Video ? ref _video : ref _audio;
        if (track is null || track.Ssrc != packet.Ssrc || track.Codec != heard.Format)
        {
            _lostBefore += track?.Lost ?? 0;
            _droppedFramesBefore += track?.DroppedFrames ?? 0;
            track = new TrackReader(packet.Ssrc, heard.Format, OnFrame);
            if (heard.Kind == TrackKind.Video)
                Unsupported = track.IsSupported ? null : $"{heard.Format.EncodingName} is forwarded, and not put into MP4";
        }
        track.OnPacket(data, heard.CaptureUs, heard.ArrivalUs);
    }

    /// <summary>Time passes while nothing comes.</summary>
    public void Tick(long nowUs)
    {
        _video?.Tick(nowUs);
        _audio?.Tick(nowUs);
    }

    private void OnFrame(TrackReader track, bool isKey, long captureUs, ReadOnlySpan<byte> frame)
    {
        var format = FormatAt(track, isKey);
        if (format is null) return;
        if (format != _format)
        {
            if (_originUs < 0) _originUs = captureUs;
            _format = format;
            output.OnFormat(format, captureUs);
        }
        var isVideo = track.Kind == TrackKind.Video;
        if (isVideo ? format.Video is null : format.Audio is null) return;
        var timeUs = captureUs - _originUs;
        if (timeUs < 0) return; // sound from before the first picture
        ref var last = ref isVideo ? ref _lastVideoTimeUs : ref _lastAudioTimeUs;
        if (track.IsBroken) output.OnGap(track.Kind, last, timeUs);
        last = timeUs;
        output.OnSample(new MediaSample(track.Kind, timeUs, captureUs, isKey, frame.ToArray()));
    }

    /// <summary>
    /// The tracks from this sample on; null while there is nothing to begin with. They change at key frames, or when the picture stays
    /// away for good.
    /// </summary>
    private MediaFormat? FormatAt(TrackReader track, bool isKey)
    {
        var hasVideo = IsAlive(_plan?.Video, _videoUs) && _video is not { IsSupported: false };
        var audio = IsAlive(_plan?.Audio, _audioUs) ? new OpusFormat(2) : null;
        if (track.Kind == TrackKind.Video) return isKey && track.VideoFormat is { } video ? new MediaFormat(video, audio) : _format;
        if (hasVideo) return _format;
        return _format is { Video: null } ? _format : new MediaFormat(null, new OpusFormat(2));
    }

    private bool IsAlive(TrackPlan? promised, long lastUs) => promised is not null && _nowUs - Math.Max(lastUs, _planUs) < TrustUs;
}
