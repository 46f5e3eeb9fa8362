using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Marquee.StreamRelay.Encoders;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Encoders;

/// <summary>What comes in at an encoder's port, and what of it becomes the stream.</summary>
public sealed class EncoderFeedTests : IAsyncDisposable, IMediaTap
{
    private static readonly EncoderRun Run = new(0, VideoSsrc: 10, AudioSsrc: 20, DateTimeOffset.UnixEpoch);

    private readonly FakeTimeProvider _time = new();
    private readonly MediaLoop _loop;
    private readonly StreamHub _hub;
    private readonly EncoderFeed _feed;
    private readonly Socket _ffmpeg = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly List<(TrackKind Kind, uint Ssrc)> _heard = [];
    private uint _nextSsrc = 100;

    public EncoderFeedTests()
    {
        _loop = new MediaLoop(_time);
        _hub = new StreamHub(_time, new StreamLimits(), () => _nextSsrc++);
        var source = new EncoderSource { Stream = "show", Kind = SourceKind.RtmpListener, Url = "rtmp://0.0.0.0/live", Key = "k" };
        _feed = new EncoderFeed(_loop, _hub, source);
        _hub.TryTap("show", this);
        _ffmpeg.Connect(IPAddress.Loopback, _feed.Port);
    }

    public async ValueTask DisposeAsync()
    {
        _feed.Dispose();
        _ffmpeg.Dispose();
        await _loop.DisposeAsync();
    }

    void IMediaTap.OnRtp(in RtpPacket packet, TrackKind kind, long now) => _heard.Add((kind, packet.Ssrc));

    [Fact]
    public void Packets_of_the_run_become_the_stream_and_others_do_not()
    {
        _feed.Begin(Run);
        _feed.Use(new PublisherCheck(isNeeded: false));
        Send(96, 10, 1);
        Send(111, 20, 1);
        Send(96, 11, 2); // a run before this one
        Send(111, 0, 3);
        _ffmpeg.Send([1, 2, 3]);
        Assert.Equal([(TrackKind.Video, 10u), (TrackKind.Audio, 20u)], _heard);
        Assert.Equal(2, _feed.Packets);
        Assert.NotNull(_hub.Find("show")!.Publisher);
        _feed.End();
        Assert.Null(_hub.Find("show")!.Publisher);
        Send(96, 10, 4);
        Assert.Equal(2, _heard.Count);
    }

    [Fact]
    public void Nothing_goes_on_before_the_caller_is_known()
    {
        var check = new PublisherCheck(isNeeded: true);
        _feed.Begin(Run);
        Send(96, 10, 1);
        _feed.Use(check);
        Send(96, 10, 2);
        Assert.Null(_hub.Find("show")!.Publisher);
        check.OnLine("Input #0, flv, from '…'");
        Send(96, 10, 3);
        Assert.Single(_heard);
    }

    [Fact]
    public void A_stream_that_another_publishes_is_asked_for_again_until_it_is_free()
    {
        var other = _hub.Publish("show", MediaPlan.ForSource(CodecFormat.H264, CodecFormat.Opus, 1, 2), new PublishOptions()).Publisher!;
        _feed.Begin(Run);
        _feed.Use(new PublisherCheck(isNeeded: false));
        Send(96, 10, 1);
        Assert.Equal(StreamRefusal.AlreadyPublished, _feed.Refusal);
        other.Close();
        _time.Advance(TimeSpan.FromSeconds(2));
        Send(96, 10, 2);
        Assert.Null(_feed.Refusal);
        Assert.Equal([(TrackKind.Video, 10u)], _heard);
    }

    private void Send(byte payloadType, uint ssrc, ushort sequence)
    {
        var packet = new byte[20];
        (packet[0], packet[1], packet[12]) = (0x80, payloadType, 0x67);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        _ffmpeg.Send(packet);
        for (var i = 0; i < 5; i++) _loop.Turn(TimeSpan.FromMilliseconds(1));
    }
}
