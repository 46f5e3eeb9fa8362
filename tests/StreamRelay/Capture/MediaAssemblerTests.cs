using System.Buffers.Binary;
using CsCheck;
using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Capture;

public sealed class MediaAssemblerTests
{
    private readonly AssemblerBench _bench = new();
    private readonly H264Packets _camera = new();

    [Fact]
    public void A_presentation_begins_with_a_key_frame_and_has_the_tracks_that_were_promised()
    {
        _bench.Hear(_camera.Sound());
        _bench.Hear(_camera.Frame(isKey: false));
        Assert.Empty(_bench.Samples);
        Assert.True(_bench.Assembler.NeedsKeyFrame);
        _bench.Pass(20);
        _bench.Hear(_camera.Frame(isKey: true));
        _bench.Hear(_camera.Sound());
        var format = Assert.Single(_bench.Formats);
        Assert.Equal(("avc1.42c00d,opus", 320, 180), (format.Codecs, format.Video!.Width, format.Video.Height));
        Assert.Equal([TrackKind.Video, TrackKind.Audio], _bench.Samples.Select(s => s.Kind));
        Assert.Equal((0, true), (_bench.Samples[0].TimeUs, _bench.Samples[0].IsKey));
    }

    [Fact]
    public void Slices_come_with_their_lengths_and_without_parameter_sets_however_they_were_cut()
    {
        _bench.Hear(_camera.Frame(isKey: true, size: 5000, fragment: 1100));
        var data = _bench.Samples.Single().Data;
        Assert.Equal(data.Length - 4, BinaryPrimitives.ReadInt32BigEndian(data));
        Assert.Equal((byte)0x65, data[4]);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (byte)i), data[5..]);
    }

    [Fact]
    public void Times_follow_the_timestamps_across_their_wrap()
    {
        for (var i = 0; i < 90; i++)
        {
            _bench.Hear(_camera.Frame(isKey: i == 0));
            _bench.NowUs += 33_333;
        }
        Assert.Equal(90, _bench.Samples.Count);
        Assert.All(_bench.Samples.Zip(_bench.Samples.Skip(1)), pair => Assert.InRange(pair.Second.TimeUs - pair.First.TimeUs, 33_000, 33_700));
    }

    [Fact]
    public void Sound_and_picture_come_to_the_same_time_when_a_report_corrects_one_of_them()
    {
        // The first sound was late by 100 ms, which the first report tells.
        for (var i = 0; i < 400; i++)
        {
            _bench.Hear(_camera.Frame(isKey: i == 0, step: 1800));
            _bench.Hear(_camera.Sound(), i < 50 ? _bench.NowUs + 100_000 : _bench.NowUs);
            _bench.NowUs += 20_000;
        }
        var (picture, sound) = (_bench.Pictures.Last(), _bench.Sounds.Last());
        Assert.InRange(Math.Abs(picture.TimeUs - sound.TimeUs), 0, 35_000);
        // It got there gently: no sample is off by more than the slew.
        Assert.All(_bench.Sounds.Zip(_bench.Sounds.Skip(1)),
            pair => Assert.InRange(pair.Second.TimeUs - pair.First.TimeUs, 20_000 - SampleClock.MaxSlewUs, 20_000 + SampleClock.MaxSlewUs));
    }

    [Fact]
    public void A_packet_that_comes_late_is_waited_for()
    {
        _bench.Hear(_camera.Frame(isKey: true));
        var frame = _camera.Frame(isKey: false, size: 3000);
        _bench.Hear(frame.Where((_, i) => i != 1));
        _bench.Hear(_camera.Frame(isKey: false));
        Assert.Single(_bench.Samples);
        _bench.Pass(200);
        _bench.Hear(frame[1]);
        Assert.Equal(3, _bench.Samples.Count);
        Assert.Empty(_bench.Gaps);
    }

    [Fact]
    public void After_a_loss_the_picture_goes_on_at_the_next_key_frame_and_the_gap_is_told()
    {
        _bench.Hear(_camera.Frame(isKey: true));
        _bench.Pass(33);
        _bench.Hear(_camera.Frame(isKey: false, size: 3000).Skip(1));
        _bench.Pass(300);
        _bench.Hear(_camera.Frame(isKey: false));
        Assert.Single(_bench.Samples);
        Assert.True(_bench.Assembler.NeedsKeyFrame);
        _bench.Pass(33);
        _bench.Hear(_camera.Frame(isKey: true));
        Assert.Equal(2, _bench.Samples.Count);
        var gap = Assert.Single(_bench.Gaps);
        Assert.Equal((TrackKind.Video, 0L, _bench.Samples[1].TimeUs), gap);
        Assert.Equal(1, _bench.Assembler.LostPackets);
        Assert.Equal(2, _bench.Assembler.DroppedFrames);
    }

    [Fact]
    public void Another_resolution_or_another_publisher_changes_the_format_only_when_it_differs()
    {
        _bench.Hear(_camera.Frame(isKey: true));
        _bench.Pass(33);
        _bench.Hear(_camera.Frame(isKey: true));
        var next = new H264Packets(videoSsrc: 77, audioSsrc: 78);
        _bench.Pass(33);
        _bench.Hear(next.Frame(isKey: true));
        Assert.Single(_bench.Formats);
        next.Sps = H264Packets.WideSequence;
        _bench.Pass(33);
        _bench.Hear(next.Frame(isKey: true));
        Assert.Equal([(320, 180), (1920, 1080)], _bench.Formats.Select(f => (f.Video!.Width, f.Video.Height)));
        Assert.All(_bench.Samples.Zip(_bench.Samples.Skip(1)), pair => Assert.True(pair.Second.TimeUs > pair.First.TimeUs));
    }

    [Fact]
    public void A_track_that_stays_away_is_left_out_and_taken_in_when_it_comes()
    {
        _bench.Hear(_camera.Frame(isKey: true));
        for (var i = 0; i < 10; i++)
        {
            _bench.Pass(500);
            _bench.Hear(_camera.Frame(isKey: true, step: 45_000));
        }
        Assert.Null(_bench.Formats[^1].Audio);
        _bench.Hear(_camera.Sound());
        _bench.Pass(500);
        _bench.Hear(_camera.Frame(isKey: true, step: 45_000));
        Assert.NotNull(_bench.Formats[^1].Audio);
        // And the picture goes away while the sound goes on.
        for (var i = 0; i < 200; i++)
        {
            _bench.Pass(20);
            _bench.Hear(_camera.Sound());
        }
        Assert.Null(_bench.Formats[^1].Video);
    }

    [Fact]
    public void A_codec_that_files_cannot_hold_is_said_so_and_the_sound_is_kept()
    {
        var bench = new AssemblerBench(MediaPlan.ForSource(new CodecFormat(MediaCodec.Av1, 90_000, 1, null), CodecFormat.Opus));
        bench.Hear(_camera.Frame(isKey: true));
        bench.Hear(_camera.Sound());
        Assert.Equal("AV1 is forwarded, and not put into MP4", bench.Assembler.Unsupported);
        Assert.Equal("opus", bench.Formats.Single().Codecs);
        Assert.Equal(TrackKind.Audio, bench.Samples.Single().Kind);
    }

    [Fact]
    public void VP8_and_VP9_frames_tell_their_size()
    {
        var vp8 = new AssemblerBench(MediaPlan.ForSource(CodecFormat.Vp8, null));
        vp8.Hear(Packet([0x10, 0x50, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01, 9, 9]));
        Assert.Equal(new VpxFormat(false, 640, 360), vp8.Formats.Single().Video);
        Assert.Equal(12, vp8.Samples.Single().Data.Length);
        var vp9 = new AssemblerBench(MediaPlan.ForSource(new CodecFormat(MediaCodec.Vp9, 90_000, 1, null), null));
        // Frame marker 2, profile 0, key frame; sync code; colour space 2 bits and range; 640x360.
        vp9.Hear(Packet([0x8C, 0x11, 0x82, 0x49, 0x83, 0x42, 0x20, 0x27, 0xF0, 0x16, 0x70, 0, 0, 0]));
        Assert.Equal(new VpxFormat(true, 640, 360), vp9.Formats.Single().Video);

        static byte[] Packet(byte[] payload) => [0x80, 0x80 | 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, .. payload];
    }

    [Fact]
    public void Whatever_is_lost_doubled_or_disordered_samples_stay_in_order_and_begin_with_a_key_frame() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var random = new Random(seed);
        var (bench, camera) = (new AssemblerBench(), new H264Packets());
        var late = new List<(byte[] Packet, long CaptureUs)>();
        for (var i = 0; i < 120; i++)
        {
            foreach (var packet in camera.Frame(i % 15 == 0, size: random.Next(1, 4000)).Append(camera.Sound()))
            {
                var fate = random.Next(20);
                if (fate == 0) continue;
                var captureUs = 5_000_000_000 + (i * 33_333);
                if (fate == 1) late.Add((packet, captureUs));
                else bench.Hear(packet, captureUs);
                if (fate == 2) bench.Hear(packet, captureUs);
            }
            if (random.Next(4) == 0)
            {
                foreach (var (packet, captureUs) in late) bench.Hear(packet, captureUs);
                late.Clear();
            }
            bench.Pass(33);
        }
        foreach (var kind in new[] { TrackKind.Video, TrackKind.Audio })
        {
            var samples = bench.Samples.Where(s => s.Kind == kind).ToList();
            Assert.All(samples.Zip(samples.Skip(1)), pair => Assert.True(pair.Second.TimeUs > pair.First.TimeUs, $"seed {seed}"));
        }
        Assert.All(bench.Pictures, p => Assert.Equal(p.Data.Length - 4, BinaryPrimitives.ReadInt32BigEndian(p.Data)));
        Assert.True(bench.Pictures.First().IsKey);
    }, iter: 100);

    [Fact]
    public void No_payload_makes_a_reader_throw() => Gen.Byte.Array[0, 60].Array[1, 20].Sample(payloads =>
    {
        foreach (var codec in new[] { MediaCodec.H264, MediaCodec.Vp8, MediaCodec.Vp9 })
        {
            var reader = FrameReader.For(new CodecFormat(codec, 90_000, 1, null))!;
            reader.Begin();
            foreach (var payload in payloads) reader.Append(payload);
            reader.TryComplete();
        }
    }, iter: 20_000);
}
