using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Mp4;

/// <summary>
/// Collects samples into fragments (<c>moof</c> and <c>mdat</c>). A sample's length is known when the next of its track comes, so each track
/// holds one back.
/// </summary>
/// <param name="longestSample">
/// When the next picture is farther off than this, the one before it lasts as long as its predecessor. The fragment must then be taken: the
/// next begins behind the hole, and within one fragment there is none.
/// </param>
internal sealed class FragmentBuilder(MediaFormat format, TimeSpan? longestSample = null)
{
    private const uint KeySample = 0x0200_0000;
    private const uint OtherSample = 0x0101_0000;

    private readonly BoxWriter _writer = new();
    private readonly Track? _video = format.Video is { } video ? new Track(MediaFormat.VideoTrack, video.Timescale, longestSample) : null;
    private readonly Track? _audio = format.Audio is { } audio ? new Track(MediaFormat.AudioTrack, audio.Timescale) : null;
    private uint _sequence;

    public MediaFormat Format => format;

    /// <summary>True when nothing waits but what is held back.</summary>
    public bool IsEmpty => (_video?.IsEmpty ?? true) && (_audio?.IsEmpty ?? true);

    /// <summary>How long the fragment would be now: of the picture, or of the sound where there is none.</summary>
    public TimeSpan Duration => Main.Duration;

    /// <summary>Where the next fragment begins, in µs since the presentation began.</summary>
    public long StartUs => Main.StartUs;

    /// <summary>True when the next fragment's picture begins with a key frame, or there is no picture.</summary>
    public bool StartsWithKey => _video is null || _video.StartsWithKey;

    /// <summary>How long the fragment would be with that sample, which would itself be held back.</summary>
    public TimeSpan DurationWith(in MediaSample next) => Main.DurationWith(next);

    /// <summary>True when the fragment has to end here.</summary>
    public bool HasHole => Main.HasHole;

    /// <summary>How long the fragment's last picture is.</summary>
    public TimeSpan LastDuration => Main.LastDuration;

    /// <summary>When the next fragment's first picture was captured, in the relay's time.</summary>
    public long FirstCaptureUs => Main.FirstCaptureUs;

    private Track Main => _video ?? _audio!;

    /// <summary>A sample of a track that the format does not have is left out.</summary>
    public void Add(in MediaSample sample) => (sample.Kind == TrackKind.Video ? _video : _audio)?.Add(sample);

    /// <summary>At the end: what is held back gets the length of the one before it.</summary>
    public void Complete()
    {
        _video?.Complete();
        _audio?.Complete();
    }

    /// <summary>Ends the fragment; its bytes are valid until the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        _writer.Clear();
        var moof = _writer.Open("moof");
        var mfhd = _writer.OpenFull("mfhd");
        _writer.UInt32(++_sequence);
        _writer.Close(mfhd);
        var videoOffset = Write(_video);
        var audioOffset = Write(_audio);
        _writer.Close(moof);
        var mdat = _writer.Open("mdat");
        Fill(_video, videoOffset);
        Fill(_audio, audioOffset);
        _writer.Close(mdat);
        return _writer.Written;
    }

    private int Write(Track? track)
    {
        if (track is null || track.IsEmpty) return 0;
        var traf = _writer.Open("traf");
        var tfhd = _writer.OpenFull("tfhd", flags: 0x02_0000); // offsets are relative to the moof
        _writer.UInt32(track.Id);
        _writer.Close(tfhd);
        var tfdt = _writer.OpenFull("tfdt", version: 1);
        _writer.UInt64((ulong)track.StartTicks);
        _writer.Close(tfdt);
        var trun = _writer.OpenFull("trun", flags: 0x000701); // data offset; duration, size and flags of each
        _writer.UInt32((uint)track.Ready.Count);
        var offset = _writer.Length;
        _writer.UInt32(0);
        foreach (var (sample, ticks) in track.Ready)
        {
            _writer.UInt32((uint)ticks);
            _writer.UInt32((uint)sample.Data.Length);
            _writer.UInt32(sample.IsKey ? KeySample : OtherSample);
        }
        _writer.Close(trun);
        _writer.Close(traf);
        return offset;
    }

    private void Fill(Track? track, int offset)
    {
        if (offset == 0) return;
        _writer.PatchUInt32(offset, (uint)_writer.Length); // the fragment begins with its moof, at 0
        foreach (var (sample, _) in track!.Ready) _writer.Bytes(sample.Data);
        track.Clear();
    }

    private sealed class Track(uint id, int timescale, TimeSpan? longestSample = null)
    {
        private readonly long _mostTicks = longestSample is { } longest ? (long)(longest.TotalSeconds * timescale) : long.MaxValue;
        private MediaSample? _held;
        private long _heldTicks;
        private long _readyTicks;

        public uint Id => id;
        public List<(MediaSample Sample, long Ticks)> Ready { get; } = [];
        public bool IsEmpty => Ready.Count == 0;

        /// <summary>Of the fragment's first sample.</summary>
        public long StartTicks { get; private set; }

        public long LastTicks { get; private set; } = timescale / 30;
        public bool HasHole { get; private set; }
        public long StartUs => StartTicks * 1_000_000 / timescale;
        public TimeSpan Duration => Span(_readyTicks);
        public TimeSpan LastDuration => Span(LastTicks);
        public bool StartsWithKey => Ready.Count > 0 ? Ready[0].Sample.IsKey : _held is { IsKey: true };
        public long FirstCaptureUs => Ready.Count > 0 ? Ready[0].Sample.CaptureUs : _held?.CaptureUs ?? 0;

        public TimeSpan DurationWith(in MediaSample next)
        {
            if (_held is null) return Duration;
            var ticks = (next.TimeUs * timescale / 1_000_000) - _heldTicks;
            return Span(_readyTicks + (ticks > _mostTicks ? LastTicks : ticks));
        }

        public void Add(in MediaSample sample)
        {
            var ticks = sample.TimeUs * timescale / 1_000_000;
            if (_held is { } held)
            {
                // A clock that was set back does not turn time around.
                ticks = Math.Max(ticks, _heldTicks + 1);
                var isFar = ticks - _heldTicks > _mostTicks;
                HasHole |= isFar;
                Finish(held, isFar ? LastTicks : ticks - _heldTicks);
            }
            else
            {
                ticks = Math.Max(0, ticks);
                StartTicks = ticks;
            }
            (_held, _heldTicks) = (sample, ticks);
        }

        public void Complete()
        {
            if (_held is not { } held) return;
            Finish(held, LastTicks);
            _heldTicks += LastTicks;
            _held = null;
        }

        public void Clear()
        {
            Ready.Clear();
            (StartTicks, _readyTicks, HasHole) = (_heldTicks, 0, false);
        }

        private TimeSpan Span(long ticks) => TimeSpan.FromMicroseconds(ticks * 1_000_000 / timescale);

        private void Finish(in MediaSample sample, long ticks)
        {
            Ready.Add((sample, ticks));
            LastTicks = ticks;
            _readyTicks += ticks;
        }
    }
}
