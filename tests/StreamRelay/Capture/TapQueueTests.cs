using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Tests.Forwarding;

namespace Marquee.StreamRelay.Tests.Capture;

public sealed class TapQueueTests
{
    private readonly Show _show = new();

    [Fact]
    public void Packets_come_out_as_they_went_in_with_what_their_publisher_promised()
    {
        var queue = new TapQueue(_show.Hub, "show");
        _show.Hub.TryTap("show", queue);
        var source = _show.Publish();
        source.Frame(key: true, packets: 2);
        source.Sound();
        Assert.True(queue.TryPeek(out var heard, out var data));
        Assert.Equal((TrackKind.Video, MediaCodec.Vp8), (heard.Kind, heard.Format.Codec));
        Assert.Same(source.Publisher.Plan, heard.Plan);
        Assert.True(RtpPacket.TryParse(data, out var packet));
        Assert.Equal(source.Ssrc, packet.Ssrc);
        queue.Advance();
        queue.Advance();
        Assert.True(queue.TryPeek(out heard, out _));
        Assert.Equal(TrackKind.Audio, heard.Kind);
        queue.Advance();
        Assert.False(queue.TryPeek(out _, out _));
    }

    [Fact]
    public void A_reader_that_is_late_costs_packets_and_never_the_loop()
    {
        var queue = new TapQueue(_show.Hub, "show");
        _show.Hub.TryTap("show", queue);
        var source = _show.Publish();
        source.Frame(key: true, packets: 1);
        for (var i = 0; i < TapQueue.Capacity + 9; i++) source.Frame(packets: 1);
        Assert.Equal(10, queue.Dropped);
        queue.Advance();
        source.Frame(packets: 1);
        Assert.Equal(10, queue.Dropped);
    }

    [Fact]
    public void Being_heard_allocates_nothing_on_the_loop()
    {
        var queue = new TapQueue(_show.Hub, "show");
        _show.Hub.TryTap("show", queue);
        var source = _show.Publish();
        source.Deliver(source.Next(key: true, first: true, last: true));
        var packets = Enumerable.Range(0, 12_000).Select(i => source.Next(key: false, first: i % 9 == 0, last: i % 9 == 8, size: 1100)).ToArray();
        Run(0, 2000);
        SteadyState.AllocatesNothing(tenth => Run(2000 + (tenth * 1000), 1000));
        Assert.Equal(0, queue.Dropped);

        void Run(int from, int count)
        {
            for (var i = from; i < from + count; i++)
            {
                source.Publisher.OnRtp(packets[i], _show.Now + (i * TimeSpan.TicksPerMillisecond));
                while (queue.TryPeek(out _, out _)) queue.Advance();
            }
        }
    }
}
