using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Tests.Capture;

namespace Marquee.StreamRelay.Tests.Mp4;

public sealed class FragmentScanTests
{
    [Fact]
    public void A_file_that_was_cut_anywhere_is_whole_up_to_its_last_whole_fragment()
    {
        Assert.True(H264ParameterSets.TryCreate(H264Packets.Sequence, H264Packets.Picture, out var sets));
        var format = new MediaFormat(new H264Format(sets), new OpusFormat(2));
        var fragments = new FragmentBuilder(format);
        var file = new MemoryStream();
        file.Write(InitSegment.For(format));
        var ends = new List<(long Length, double Seconds)> { (file.Length, 0) };
        for (var i = 0; i <= 40; i++)
        {
            fragments.Add(new MediaSample(TrackKind.Video, i * 100_000, 0, i % 10 == 0, [1, 2, 3, 4, 5]));
            fragments.Add(new MediaSample(TrackKind.Audio, i * 100_000, 0, true, [6, 7]));
            if (i == 0 || i % 10 != 0) continue;
            file.Write(fragments.Take().Span);
            ends.Add((file.Length, i / 10.0));
        }
        Assert.Equal(5, ends.Count);
        var bytes = file.ToArray();
        for (var length = 0; length <= bytes.Length; length++)
        {
            var scan = FragmentScan.Read(new MemoryStream(bytes, 0, length));
            var (end, seconds) = ends.LastOrDefault(e => e.Length <= length);
            Assert.Equal((end, seconds), (scan.Duration > TimeSpan.Zero || length >= ends[0].Length ? scan.Length : 0, scan.Duration.TotalSeconds));
        }
    }
}
