using Marquee.StreamRelay.Hls;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Tests.Capture;

namespace Marquee.StreamRelay.Tests.Hls;

/// <summary>What is cut of a stream, judged by the rules for playlists at every step.</summary>
public sealed class HlsCutterTests
{
    private readonly HlsCutter _cutter = new(1000, us => DateTimeOffset.UnixEpoch.AddMicroseconds(us));
    private readonly HlsNames _names = new(new byte[32]);
    private readonly PlaylistRules _rules = new();
    private long _us;
    private int _frame;

    [Theory]
    [InlineData(30)]
    [InlineData(25)]
    [InlineData(24)]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(15)]
    public void Playlists_keep_the_rules_while_the_show_goes_on_at_any_usual_frame_rate(int framesPerSecond)
    {
        _cutter.OnFormat(Format(), 0);
        Play(seconds: 60, framesPerSecond, keyEvery: framesPerSecond);
        Assert.True(_rules.Segments > 25);
        Assert.True(_rules.Parts > 160);
    }

    [Fact]
    public void Segments_begin_with_key_frames_and_their_pictures_are_all_there()
    {
        _cutter.OnFormat(Format(), 0);
        Play(10, 30, 30);
        var segments = _cutter.Current.Snapshot.Segments;
        Assert.All(segments, s => Assert.True(s.Parts[0].IsIndependent));
        Assert.All(segments.Where(s => s.IsComplete), s => Assert.Equal(2.0, s.Duration.TotalSeconds, 3));
        Assert.Equal(1000, segments[0].Sequence);
    }

    [Fact]
    public void Without_key_frames_one_is_asked_for_and_segments_end_all_the_same()
    {
        _cutter.OnFormat(Format(), 0);
        Play(1.8, 30, keyEvery: 10_000);
        Assert.False(_cutter.WantsKeyFrame);
        Play(0.5, 30, keyEvery: 10_000);
        Assert.True(_cutter.WantsKeyFrame);
        Play(10, 30, keyEvery: 10_000);
        Assert.All(_cutter.Current.Snapshot.Segments.Where(s => s.IsComplete), s => Assert.InRange(s.Duration.TotalSeconds, 3, 4));
    }

    [Fact]
    public void Other_tracks_make_a_discontinuity_with_a_map_of_its_own()
    {
        _cutter.OnFormat(Format(), 0);
        Play(5, 30, 30);
        _cutter.OnFormat(Format(H264Packets.WideSequence), 0);
        Play(5, 30, 30);
        var text = HlsPlaylist.Media(_cutter.Current.Snapshot, _names);
        Assert.Equal(1, Count(text, "#EXT-X-DISCONTINUITY\n"));
        Assert.Equal(2, Count(text, "#EXT-X-MAP:"));
        Play(30, 30, 30);
        text = HlsPlaylist.Media(_cutter.Current.Snapshot, _names);
        Assert.Contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n", text, StringComparison.Ordinal);
        Assert.Single(_cutter.Current.Snapshot.Maps);
        Assert.Contains("RESOLUTION=1920x1080", HlsPlaylist.Multivariant(_cutter.Current.Snapshot, "media.m3u8"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hole_in_time_ends_the_segment_and_no_part_is_too_long()
    {
        _cutter.OnFormat(Format(), 0);
        Play(3, 30, 30);
        _us += 1_500_000;
        Play(3, 30, 30);
        var parts = _cutter.Current.Snapshot.Segments.SelectMany(s => s.Parts);
        Assert.All(parts, p => Assert.True(p.Duration <= HlsTimes.PartTarget + HlsTimes.Tolerance));
    }

    [Fact]
    public void What_is_kept_is_bounded_in_number_and_in_bytes()
    {
        _cutter.OnFormat(Format(), 0);
        Play(120, 10, 10, bytes: 1000);
        Assert.InRange(_cutter.Current.Snapshot.Segments.Count, HlsTimes.ListedSegments, HlsTimes.ListedSegments + HlsTimes.UnlistedSegments + 1);
        Play(10, 10, 10, bytes: 2_000_000);
        Assert.True(_cutter.Current.Snapshot.Segments.Sum(s => s.Bytes) <= HlsTimes.MaxBytes + (4 * 10 * 2_000_000));
    }

    [Fact]
    public void Who_waits_is_woken_by_the_next_part_and_the_end_is_told()
    {
        _cutter.OnFormat(Format(), 0);
        Play(1, 30, 30);
        var (snapshot, changed) = _cutter.Current;
        var (sequence, part) = snapshot.Next;
        Assert.False(snapshot.Has(sequence, part));
        Assert.False(changed.IsCompleted);
        Play(0.4, 30, 30);
        Assert.True(changed.IsCompleted);
        Assert.True(_cutter.Current.Snapshot.Has(sequence, part));
        Assert.False(_cutter.Current.Snapshot.Has(sequence, null));
        _cutter.End();
        var text = HlsPlaylist.Media(_cutter.Current.Snapshot, _names);
        Assert.EndsWith("#EXT-X-ENDLIST\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRELOAD-HINT", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_known_only_to_who_has_seen_it()
    {
        var part = _names.Part(7, 3);
        Assert.True(_names.TryParse(part, out var sequence, out var index));
        Assert.Equal((7, 3), (sequence, index));
        Assert.True(_names.TryParse(_names.Segment(7), out _, out index));
        Assert.Null(index);
        Assert.False(_names.TryParse(part.Replace("7.3-", "7.4-", StringComparison.Ordinal), out _, out _));
        Assert.False(new HlsNames([.. Enumerable.Repeat((byte)1, 32)]).TryParse(part, out _, out _));
        Assert.False(_names.TryParse("7", out _, out _));
        Assert.False(_names.TryParse("-.m4s", out _, out _));
    }

    private static int Count(string text, string what) => text.Split(what).Length - 1;

    private static MediaFormat Format(byte[]? sequence = null)
    {
        Assert.True(H264ParameterSets.TryCreate(sequence ?? H264Packets.Sequence, H264Packets.Picture, out var sets));
        return new MediaFormat(new H264Format(sets), new OpusFormat(2));
    }

    private void Play(double seconds, int framesPerSecond, int keyEvery, int bytes = 100)
    {
        var frames = (int)(seconds * framesPerSecond);
        var start = _us;
        for (var i = 0; i < frames; i++)
        {
            _us = start + (i * 1_000_000L / framesPerSecond);
            _cutter.OnSample(new MediaSample(TrackKind.Video, _us, _us, _frame++ % keyEvery == 0, new byte[bytes]));
            _cutter.OnSample(new MediaSample(TrackKind.Audio, _us, _us, true, [1]));
            var snapshot = _cutter.Current.Snapshot;
            if (snapshot.IsPlayable) _rules.Check(HlsPlaylist.Media(snapshot, _names));
        }
        _us = start + (frames * 1_000_000L / framesPerSecond);
    }
}
