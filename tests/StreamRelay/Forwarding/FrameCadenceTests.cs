using Marquee.StreamRelay.Forwarding;

namespace Marquee.StreamRelay.Tests.Forwarding;

public sealed class FrameCadenceTests
{
    private const int FrameUs = 33_333;

    private FrameCadence _cadence;
    private uint _timestamp = uint.MaxValue - 9000; // it wraps on the way
    private long _nowUs = 1_000_000;

    [Fact]
    public void A_steady_source_never_freezes()
    {
        for (var i = 0; i < 300; i++) Frame(FrameUs + (i % 2 * 10_000));
        Assert.Equal((300, 0), (_cadence.Frames, _cadence.Freezes));
    }

    [Fact]
    public void A_frame_that_is_late_by_more_than_three_intervals_and_150_ms_is_a_freeze()
    {
        for (var i = 0; i < 30; i++) Frame(FrameUs);
        Frame(180_000);
        Assert.Equal(0, _cadence.Freezes);
        Frame(500_000);
        Assert.Equal(1, _cadence.Freezes);
        Assert.InRange(_cadence.FrozenUs, 400_000, 480_000);
    }

    [Fact]
    public void The_packets_of_one_frame_and_late_ones_are_no_frames()
    {
        for (var i = 0; i < 10; i++)
        {
            Frame(FrameUs);
            _cadence.OnPacket(_timestamp, _nowUs + 10);
            _cadence.OnPacket(_timestamp - 3000, _nowUs + 20);
        }
        Assert.Equal((10, 0), (_cadence.Frames, _cadence.Freezes));
    }

    private void Frame(long afterUs)
    {
        _nowUs += afterUs;
        _timestamp += 3000;
        _cadence.OnPacket(_timestamp, _nowUs);
    }
}
