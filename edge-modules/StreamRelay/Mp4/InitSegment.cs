namespace Marquee.StreamRelay.Mp4;

/// <summary>The initialisation segment: <c>ftyp</c> and a <c>moov</c> without samples (ISO/IEC 14496-12 section 8.16, and CMAF).</summary>
internal static class InitSegment
{
    /// <summary>Samples before the decoder's output is right, in 48 kHz units (RFC 7845 section 4.2); libopus gives 312 or 120.</summary>
    private const ushort OpusPreSkip = 312;

    private static readonly uint[] UnityMatrix = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

    public static byte[] For(MediaFormat format)
    {
        var writer = new BoxWriter();
        var ftyp = writer.Open("ftyp");
        Brand(writer, "iso6");
        writer.UInt32(0);
        foreach (var brand in new[] { "iso6", "cmfc", "mp41" }) Brand(writer, brand);
        writer.Close(ftyp);
        var moov = writer.Open("moov");
        MovieHeader(writer);
        if (format.Video is { } video) Track(writer, MediaFormat.VideoTrack, video);
        if (format.Audio is { } audio) Track(writer, MediaFormat.AudioTrack, audio);
        var mvex = writer.Open("mvex");
        if (format.Video is not null) TrackExtends(writer, MediaFormat.VideoTrack);
        if (format.Audio is not null) TrackExtends(writer, MediaFormat.AudioTrack);
        writer.Close(mvex);
        writer.Close(moov);
        return writer.Written.ToArray();
    }

    private static void Brand(BoxWriter writer, string brand)
    {
        foreach (var c in brand) writer.UInt8((byte)c);
    }

    private static void MovieHeader(BoxWriter writer)
    {
        var box = writer.OpenFull("mvhd");
        writer.Zeros(8);          // creation and modification time
        writer.UInt32(1000);      // timescale
        writer.UInt32(0);         // duration: in the fragments
        writer.UInt32(0x10000);   // rate 1
        writer.UInt16(0x100);     // volume 1
        writer.Zeros(10);
        foreach (var value in UnityMatrix) writer.UInt32(value);
        writer.Zeros(24);
        writer.UInt32(MediaFormat.AudioTrack + 1); // next track
        writer.Close(box);
    }

    private static void TrackExtends(BoxWriter writer, uint track)
    {
        var box = writer.OpenFull("trex");
        writer.UInt32(track);
        writer.UInt32(1); // sample description
        writer.Zeros(12); // duration, size and flags are in the fragments
        writer.Close(box);
    }

    private static void Track(BoxWriter writer, uint id, TrackFormat format)
    {
        var video = format as VideoFormat;
        var trak = writer.Open("trak");
        var tkhd = writer.OpenFull("tkhd", flags: 3); // enabled, in the movie
        writer.Zeros(8);
        writer.UInt32(id);
        writer.Zeros(16);         // reserved, duration, reserved
        writer.Zeros(4);          // layer, alternate group
        writer.UInt16((ushort)(video is null ? 0x100 : 0));
        writer.UInt16(0);
        foreach (var value in UnityMatrix) writer.UInt32(value);
        writer.UInt32((uint)(video?.Width ?? 0) << 16);
        writer.UInt32((uint)(video?.Height ?? 0) << 16);
        writer.Close(tkhd);
        var mdia = writer.Open("mdia");
        var mdhd = writer.OpenFull("mdhd");
        writer.Zeros(8);
        writer.UInt32((uint)format.Timescale);
        writer.UInt32(0);
        writer.UInt16(0x55C4);    // language: und
        writer.UInt16(0);
        writer.Close(mdhd);
        var hdlr = writer.OpenFull("hdlr");
        writer.UInt32(0);
        Brand(writer, video is null ? "soun" : "vide");
        writer.Zeros(12);
        writer.Text(video is null ? "sound" : "picture");
        writer.Close(hdlr);
        MediaInformation(writer, format);
        writer.Close(mdia);
        writer.Close(trak);
    }

    private static void MediaInformation(BoxWriter writer, TrackFormat format)
    {
        var minf = writer.Open("minf");
        var header = format is VideoFormat ? writer.OpenFull("vmhd", flags: 1) : writer.OpenFull("smhd");
        writer.Zeros(format is VideoFormat ? 8 : 4);
        writer.Close(header);
        var dinf = writer.Open("dinf");
        var dref = writer.OpenFull("dref");
        writer.UInt32(1);
        writer.Close(writer.OpenFull("url ", flags: 1)); // in this file
        writer.Close(dref);
        writer.Close(dinf);
        var stbl = writer.Open("stbl");
        var stsd = writer.OpenFull("stsd");
        writer.UInt32(1);
        SampleEntry(writer, format);
        writer.Close(stsd);
        foreach (var (name, zeros) in new[] { ("stts", 4), ("stsc", 4), ("stsz", 8), ("stco", 4) })
        {
            var box = writer.OpenFull(name);
            writer.Zeros(zeros);
            writer.Close(box);
        }
        writer.Close(stbl);
        writer.Close(minf);
    }

    private static void SampleEntry(BoxWriter writer, TrackFormat format)
    {
        switch (format)
        {
            case H264Format h264:
                var avc1 = OpenVisual(writer, "avc1", h264);
                AvcConfiguration(writer, h264.Sets);
                writer.Close(avc1);
                break;
            case VpxFormat vpx:
                var vp = OpenVisual(writer, vpx.IsVp9 ? "vp09" : "vp08", vpx);
                var vpcc = writer.OpenFull("vpcC", version: 1);
                writer.Bytes([0, VpxFormat.Level, 0x82, 2, 2, 2, 0, 0]); // profile 0, 8 bits, 4:2:0 collocated, unspecified colours
                writer.Close(vpcc);
                writer.Close(vp);
                break;
            case OpusFormat opus:
                OpusEntry(writer, opus);
                break;
            default:
                throw new InvalidOperationException($"no sample entry for {format}");
        }
    }

    private static int OpenVisual(BoxWriter writer, string type, VideoFormat format)
    {
        var start = writer.Open(type);
        writer.Zeros(6);
        writer.UInt16(1);         // data reference
        writer.Zeros(16);
        writer.UInt16((ushort)format.Width);
        writer.UInt16((ushort)format.Height);
        writer.UInt32(0x480000);  // 72 dpi
        writer.UInt32(0x480000);
        writer.UInt32(0);
        writer.UInt16(1);         // frames in a sample
        writer.Zeros(32);         // compressor name
        writer.UInt16(24);        // depth
        writer.UInt16(0xFFFF);
        return start;
    }

    /// <summary>ISO/IEC 14496-15 section 5.3.3.</summary>
    private static void AvcConfiguration(BoxWriter writer, H264ParameterSets sets)
    {
        var avcc = writer.Open("avcC");
        writer.Bytes([1, sets.Profile, sets.Constraints, sets.Level, 0xFF, 0xE1]); // lengths of 4 bytes, one SPS
        writer.UInt16((ushort)sets.Sequence.Length);
        writer.Bytes(sets.Sequence);
        writer.UInt8(1);
        writer.UInt16((ushort)sets.Picture.Length);
        writer.Bytes(sets.Picture);
        if (sets.Profile is 100 or 110 or 122 or 144) writer.Bytes([0xFD, 0xF8, 0xF8, 0]); // 4:2:0, 8 bits, no extensions
        writer.Close(avcc);
    }

    private static void OpusEntry(BoxWriter writer, OpusFormat opus)
    {
        var entry = writer.Open("Opus");
        writer.Zeros(6);
        writer.UInt16(1);
        writer.Zeros(8);
        writer.UInt16((ushort)opus.Channels);
        writer.UInt16(16);
        writer.Zeros(4);
        writer.UInt32(48_000u << 16);
        var dops = writer.Open("dOps");
        writer.UInt8(0);          // version
        writer.UInt8((byte)opus.Channels);
        writer.UInt16(OpusPreSkip);
        writer.UInt32(48_000);
        writer.UInt16(0);         // gain
        writer.UInt8(0);          // mapping family
        writer.Close(dops);
        writer.Close(entry);
    }
}
