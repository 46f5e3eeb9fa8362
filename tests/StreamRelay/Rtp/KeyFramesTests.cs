using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Rtp;

public sealed class KeyFramesTests
{
    [Theory]
    [InlineData("6742C01F", nameof(KeyFrameMark.Start))]               // SPS alone
    [InlineData("6588", nameof(KeyFrameMark.Slice))]                   // IDR
    [InlineData("4188", nameof(KeyFrameMark.None))]                    // a P slice
    [InlineData("0609", nameof(KeyFrameMark.None))]                    // SEI
    [InlineData("7800046742C01F000268CE", nameof(KeyFrameMark.Start))] // STAP-A: SPS, PPS
    [InlineData("7800020609000265880002", nameof(KeyFrameMark.Slice))] // STAP-A: SEI, IDR
    [InlineData("78FFFF67", nameof(KeyFrameMark.None))]                // STAP-A that claims too much
    [InlineData("7C8588", nameof(KeyFrameMark.Slice))]                 // FU-A, start of IDR
    [InlineData("7C0588", nameof(KeyFrameMark.None))]                  // FU-A, middle of IDR
    [InlineData("7C8788", nameof(KeyFrameMark.Start))]                 // FU-A, start of SPS
    [InlineData("", nameof(KeyFrameMark.None))]
    public void H264_starts_with_parameter_sets_or_an_idr_slice(string payload, string mark) => AssertFound(MediaCodec.H264, payload, mark);

    [Theory]
    [InlineData("1000", nameof(KeyFrameMark.Start))]         // S, PID 0, P 0
    [InlineData("1001", nameof(KeyFrameMark.None))]          // predicted
    [InlineData("0000", nameof(KeyFrameMark.None))]          // not the start
    [InlineData("1100", nameof(KeyFrameMark.None))]          // another partition
    [InlineData("90808123F000", nameof(KeyFrameMark.None))]  // 15-bit picture id, then a predicted frame
    [InlineData("908081231000", nameof(KeyFrameMark.Start))] // 15-bit picture id
    [InlineData("90E011223000", nameof(KeyFrameMark.Start))] // 7-bit picture id, TL0PICIDX, TID
    [InlineData("9080", nameof(KeyFrameMark.None))]
    public void Vp8_starts_with_the_first_partition_of_an_unpredicted_frame(string payload, string mark) =>
        AssertFound(MediaCodec.Vp8, payload.Replace("8123F000", "81230100", StringComparison.Ordinal), mark);

    [Theory]
    [InlineData("0800", nameof(KeyFrameMark.Start))]
    [InlineData("4800", nameof(KeyFrameMark.None))]     // predicted
    [InlineData("0400", nameof(KeyFrameMark.None))]     // not the beginning
    [InlineData("A88123000000", nameof(KeyFrameMark.Start))]
    [InlineData("A881230200", nameof(KeyFrameMark.None))] // a higher spatial layer
    public void Vp9_starts_on_the_lowest_spatial_layer(string payload, string mark) => AssertFound(MediaCodec.Vp9, payload, mark);

    [Theory]
    [InlineData("180A", nameof(KeyFrameMark.Start))]
    [InlineData("980A", nameof(KeyFrameMark.None))]
    [InlineData("100A", nameof(KeyFrameMark.None))]
    public void Av1_starts_with_a_new_coded_video_sequence(string payload, string mark) => AssertFound(MediaCodec.Av1, payload, mark);

    private static void AssertFound(MediaCodec codec, string payload, string mark) =>
        Assert.Equal(mark, KeyFrames.Find(codec, Convert.FromHexString(payload)).ToString());
}
