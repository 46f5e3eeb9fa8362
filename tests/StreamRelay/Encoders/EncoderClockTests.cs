using Marquee.StreamRelay.Encoders;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Tests.Encoders;

public sealed class EncoderClockTests
{
    private const long Start = 3_900_000_000_000_000; // µs since 1900
    private readonly EncoderClock _clock = new();

    [Fact]
    public void Reports_are_corrected_by_the_time_that_passed_before_the_camera_connected()
    {
        // Time 0 of both tracks was the start; the camera came a minute later and its first frame took 50 ms.
        Report(TrackKind.Video, Start + 60_000_000, 1000 + (60 * 90_000));
        Report(TrackKind.Audio, Start + 60_000_000, 77 + (60 * 48_000));
        _clock.OnPacket(TrackKind.Video, 1000, Start + 60_050_000);
        _clock.OnPacket(TrackKind.Audio, 77, Start + 60_080_000);
        Assert.Equal(60_050_000, _clock.LagUs);

        // Five seconds of media on, a report says what is captured then.
        Assert.Equal(1000u + (5 * 90_000), Report(TrackKind.Video, Start + 65_050_000, 1000 + (uint)(65.05 * 90_000)));
        Assert.InRange((int)(Report(TrackKind.Audio, Start + 65_050_000, 77 + (uint)(65.05 * 48_000))!.Value - (77u + (5 * 48_000))), -50, 50);
    }

    [Fact]
    public void The_packet_that_came_soonest_tells_the_lag_and_a_wrapped_timestamp_is_no_jump()
    {
        Report(TrackKind.Video, Start, uint.MaxValue - 100);
        _clock.OnPacket(TrackKind.Video, unchecked(uint.MaxValue - 100 + 90_000), Start + 1_200_000);
        _clock.OnPacket(TrackKind.Video, unchecked(uint.MaxValue - 100 + 180_000), Start + 2_150_000);
        _clock.OnPacket(TrackKind.Video, unchecked(uint.MaxValue - 100 + 270_000), Start + 3_900_000);
        Assert.Equal(150_000, _clock.LagUs);
    }

    [Fact]
    public void A_report_before_the_first_packet_or_one_that_is_none_is_not_passed_on()
    {
        _clock.OnPacket(TrackKind.Video, 5, Start);
        Assert.Null(_clock.LagUs);
        Assert.Null(Report(TrackKind.Video, Start, 0));
        Assert.False(_clock.TryCorrect(TrackKind.Video, new byte[] { 0x80, 203, 0, 1, 0, 0, 0, 1 }));
    }

    private uint? Report(TrackKind kind, long ntpUs, uint timestamp)
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.SenderReport(new SenderReport(1, NtpTime.FromMicroseconds(ntpUs), timestamp, 0, 0), []));
        var compound = buffer.AsSpan(0, writer.Written.Length);
        if (!_clock.TryCorrect(kind, compound)) return null;
        foreach (var block in new RtcpReader(compound))
        {
            if (SenderReport.TryParse(block, out var report)) return report.RtpTimestamp;
        }
        return null;
    }
}
