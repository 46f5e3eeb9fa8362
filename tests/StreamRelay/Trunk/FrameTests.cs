using CsCheck;
using Marquee.StreamRelay.Trunk.Routing;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Tests.Trunk;

public sealed class FrameTests
{
    [Fact]
    public void Frames_are_read_as_they_were_written()
    {
        var media = new byte[MediaFrame.HeaderLength + 5];
        MediaFrame.Write(media, MediaFlags.Video | MediaFlags.Protected, 7, 0xFFFF_FFFE, 1234, 77);
        Assert.True(MediaFrame.TryParse(media, out var read));
        Assert.Equal((true, true, false, (ushort)7, 0xFFFF_FFFEu, 1234u, 77u),
            (read.IsVideo, read.IsProtected, read.IsRepeated, read.Alias, read.Sequence, read.SentUs, read.AgeUs));
        var report = new byte[ReportFrame.MaxLength];
        LinkHeard[] heard = [new(0, 99, 98, 12), new(5, 1, 2, ushort.MaxValue)];
        var facts = new ReportFacts(1, -2, 3, 4, 5, 6, true);
        Assert.True(ReportFrame.TryParse(report.AsSpan(0, ReportFrame.Write(report, facts, heard)), out var told));
        Assert.Equal(facts, new ReportFacts(told.SentUs, told.EchoUs, told.EchoReceivedUs, told.NewestSequence, told.NewestSentUs,
            told.ControlAwaited, told.HasMedia));
        Assert.Equal((heard[0], heard[1]), (told[0], told[1]));
    }

    [Fact]
    public void A_nack_asks_for_what_it_was_given() => Gen.Int[1, 60].Array[1, 100].Sample(gaps =>
    {
        var sequences = gaps.Aggregate(new List<long> { 5_000_000_000 }, (list, gap) => [.. list, list[^1] + gap]).ToArray();
        var bytes = new byte[NackFrame.MaxLength];
        Assert.True(NackFrame.TryParse(bytes.AsSpan(0, NackFrame.Write(bytes, sequences)), out var nack));
        var asked = new List<uint>();
        for (var i = 0; i < nack.Count; i++)
        {
            asked.Add(nack[i].First);
            for (var bit = 0; bit < 32; bit++)
            {
                if ((nack[i].Mask >> bit & 1) != 0) asked.Add(nack[i].First + 1 + (uint)bit);
            }
        }
        Assert.Equal(sequences.Take(asked.Count).Select(s => (uint)s), asked);
        Assert.True(asked.Count == sequences.Length || nack.Count == NackFrame.MaxEntries);
    });

    [Theory]
    [InlineData("""{"type":"announce","streamId":"show","alias":1,"path":["berlin"]}""")]
    [InlineData("""{"type":"announce","streamId":"show","alias":1,"path":[],"audio":{"rtpMap":"opus/48000/2"}}""")]
    [InlineData("""{"type":"announce","streamId":"show","alias":1,"path":[null],"audio":{"rtpMap":"opus/48000/2"}}""")]
    [InlineData("""{"type":"subscribe"}""")]
    [InlineData("""{"type":"cues","streamId":"show"}""")]
    [InlineData("""{"type":"other","streamId":"show"}""")]
    [InlineData("""{"streamId":"show"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public void Messages_that_lack_something_are_none(string json) => Assert.Null(ControlMessage.Read(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_track_of_an_unknown_codec_has_no_plan()
    {
        var announced = new Announce("show", 1, ["berlin"], new AnnouncedTrack("H265/90000", null, 0, 0, 0, 0), null);
        Assert.Null(((Announce)ControlMessage.Read(announced.ToBytes())!).Plan());
        Assert.Null((announced with { Video = new AnnouncedTrack(null!, null, 0, 0, 0, 0) }).Plan());
        Assert.NotNull((announced with { Video = new AnnouncedTrack("VP8/90000", null, 0, 0, 0, 0) }).Plan());
    }
}
