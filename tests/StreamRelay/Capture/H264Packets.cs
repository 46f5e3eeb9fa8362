using System.Buffers.Binary;
using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Capture;

/// <summary>Makes the RTP packets of a camera: H.264 whose slices are numbered, and sound.</summary>
internal sealed class H264Packets(uint videoSsrc = 1, uint audioSsrc = 2)
{
    /// <summary>x264, constrained baseline, 320x180.</summary>
    public static readonly byte[] Sequence = Convert.FromHexString("6742c00dd901419f9f0110000003001000000303c0f142a480");
    public static readonly byte[] Picture = Convert.FromHexString("68cb83cb20");

    /// <summary>x264, high, 1920x1080.</summary>
    public static readonly byte[] WideSequence = Convert.FromHexString("67640028acd940780227e5c044000003000400000300f03c60c658");

    private ushort _video = 65_530; // wraps soon
    private ushort _audio = 10;
    private uint _videoTime = uint.MaxValue - 5000;
    private uint _audioTime = 96_000;

    public byte[] Sps { get; set; } = Sequence;

    /// <summary>The packets of a frame: parameter sets and an IDR slice, or a slice; cut in fragments of that size.</summary>
    public List<byte[]> Frame(bool isKey, int size = 100, int fragment = 1000, uint step = 3000)
    {
        List<byte[]> packets = [];
        if (isKey) packets.Add(Video(false, [24, 0, (byte)Sps.Length, .. Sps, 0, (byte)Picture.Length, .. Picture]));
        byte[] slice = [(byte)(isKey ? 0x65 : 0x41), .. Enumerable.Range(0, size).Select(i => (byte)i)];
        if (slice.Length <= fragment) packets.Add(Video(true, slice));
        else
        {
            for (var at = 1; at < slice.Length; at += fragment)
            {
                var (isStart, isEnd) = (at == 1, at + fragment >= slice.Length);
                var header = (byte)((isStart ? 0x80 : 0) | (isEnd ? 0x40 : 0) | (slice[0] & 0x1F));
                packets.Add(Video(isEnd, [(byte)(0x60 | 28), header, .. slice[at..Math.Min(slice.Length, at + fragment)]]));
            }
        }
        _videoTime += step;
        return packets;
    }

    public byte[] Sound()
    {
        var packet = Packet(111, false, audioSsrc, _audio++, _audioTime, [0xF8, 1, 2, 3]);
        _audioTime += 960;
        return packet;
    }

    private byte[] Video(bool marker, byte[] payload) => Packet(96, marker, videoSsrc, _video++, _videoTime, payload);

    private static byte[] Packet(byte type, bool marker, uint ssrc, ushort sequence, uint timestamp, byte[] payload)
    {
        var packet = new byte[12 + payload.Length];
        (packet[0], packet[1]) = (0x80, (byte)(type | (marker ? 0x80 : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        payload.CopyTo(packet, 12);
        return packet;
    }
}

/// <summary>An assembler, fed by hand; time is that of the packets.</summary>
internal sealed class AssemblerBench : IMediaOutput
{
    private readonly MediaPlan _plan;

    public AssemblerBench(MediaPlan? plan = null)
    {
        _plan = plan ?? MediaPlan.ForSource(CodecFormat.H264, CodecFormat.Opus);
        Assembler = new MediaAssembler(this);
    }

    public MediaAssembler Assembler { get; }
    public List<MediaFormat> Formats { get; } = [];
    public List<MediaSample> Samples { get; } = [];
    public List<(TrackKind Kind, long FromUs, long ToUs)> Gaps { get; } = [];
    public long NowUs { get; set; } = 5_000_000_000;

    public IEnumerable<MediaSample> Pictures => Samples.Where(s => s.Kind == TrackKind.Video);
    public IEnumerable<MediaSample> Sounds => Samples.Where(s => s.Kind == TrackKind.Audio);

    public void Hear(byte[] packet, long? captureUs = null) => HearInto(Assembler, packet, captureUs);

    public void HearInto(MediaAssembler assembler, byte[] packet, long? captureUs = null)
    {
        var kind = (packet[1] & 0x7F) == 111 ? TrackKind.Audio : TrackKind.Video;
        var format = kind == TrackKind.Audio ? _plan.Audio!.Format : _plan.Video!.Format;
        assembler.OnPacket(new HeardPacket(kind, format, _plan, captureUs ?? NowUs, NowUs), packet);
    }

    public void Hear(IEnumerable<byte[]> packets)
    {
        foreach (var packet in packets) Hear(packet);
    }

    public void Pass(int milliseconds)
    {
        NowUs += milliseconds * 1000;
        Assembler.Tick(NowUs);
    }

    void IMediaOutput.OnFormat(MediaFormat format, long captureUs) => Formats.Add(format);

    void IMediaOutput.OnSample(in MediaSample sample) => Samples.Add(sample);

    void IMediaOutput.OnGap(TrackKind kind, long fromUs, long toUs) => Gaps.Add((kind, fromUs, toUs));
}
