using CsCheck;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Tests.Capture;

namespace Marquee.StreamRelay.Tests.Mp4;

public sealed class H264ParameterSetsTests
{
    [Theory]
    [InlineData("6742c00dd901419f9f0110000003001000000303c0f142a480", 320, 180)] // constrained baseline, cropped
    [InlineData("67640028acd940780227e5c044000003000400000300f03c60c658", 1920, 1080)] // high, cropped
    [InlineData("6764001eacd940b424d8088000000300800000190f8a14cb", 720, 576)] // high, fields
    public void The_size_is_read_as_x264_wrote_it(string sequence, int width, int height)
    {
        Assert.True(H264ParameterSets.TryCreate(Convert.FromHexString(sequence), H264Packets.Picture, out var sets));
        Assert.Equal((width, height), (sets.Width, sets.Height));
    }

    [Fact]
    public void Sets_that_are_none_are_refused()
    {
        Assert.False(H264ParameterSets.TryCreate([], H264Packets.Picture, out _));
        Assert.False(H264ParameterSets.TryCreate(H264Packets.Picture, H264Packets.Sequence, out _));
        Assert.False(H264ParameterSets.TryCreate(H264Packets.Sequence.AsSpan(0, 6), H264Packets.Picture, out _));
    }

    [Fact]
    public void No_bytes_make_it_throw() => Gen.Byte.Array[0, 64].Sample(bytes =>
    {
        byte[] sequence = [0x67, 100, .. bytes];
        if (H264ParameterSets.TryCreate(sequence, H264Packets.Picture, out var sets)) Assert.True(sets is { Width: > 0, Height: > 0 });
    }, iter: 50_000);
}
