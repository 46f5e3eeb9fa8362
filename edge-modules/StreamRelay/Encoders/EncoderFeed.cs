using System.Net;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Encoders;

/// <summary>
/// Takes ffmpeg's RTP on a loopback port and is the stream's publisher while it comes. On the media loop, but for what says otherwise.
/// </summary>
internal sealed class EncoderFeed : IDatagramHandler, IMediaSource, IDisposable
{
    /// <summary>A stream that was taken is asked for again after this.</summary>
    private const long RetryPublishUs = 1_000_000;

    private readonly MediaLoop _loop;
    private readonly StreamHub _hub;
    private readonly EncoderSource _source;
    private readonly UdpPort _port;
    private EncoderRun _run;
    private PublisherCheck? _check;
    private EncoderClock _clock = new();
    private Publisher? _publisher;
    private long _nextPublishUs;
    private long _lastPacketUs;
    private long _packets;

    /// <exception cref="System.Net.Sockets.SocketException">No port can be bound.</exception>
    public EncoderFeed(MediaLoop loop, StreamHub hub, EncoderSource source)
    {
        (_loop, _hub, _source) = (loop, hub, source);
        _port = UdpPort.Bind(new UdpPortOptions { Bind = new IPEndPoint(IPAddress.Loopback, 0), SendSlots = 1, SendBufferBytes = 4096 }, this);
        loop.Attach(_port);
    }

    public int Port => _port.LocalEndPoint.Port;

    /// <summary>When the run's last packet came, in the loop's µs; 0 before the first. From any thread.</summary>
    public long LastPacketUs => Volatile.Read(ref _lastPacketUs);

    /// <summary>The run's packets so far. From any thread.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Why the stream does not take this source now; null when it does, or was not asked. From any thread.</summary>
    public StreamRefusal? Refusal { get; private set; }

    /// <summary>From now on packets of this run count, and no others.</summary>
    public void Begin(EncoderRun run)
    {
        End();
        (_run, _clock, _check) = (run, new EncoderClock(), null);
        Volatile.Write(ref _lastPacketUs, 0);
        Volatile.Write(ref _packets, 0);
    }

    /// <summary>What has to be open before anything goes on.</summary>
    public void Use(PublisherCheck check) => _check = check;

    /// <summary>The run is over: the stream waits for another publisher.</summary>
    public void End()
    {
        _publisher?.Close();
        (_publisher, _run, Refusal, _nextPublishUs) = (null, default, null, 0);
    }

    public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now)
    {
        if (datagram.Length < 12 || _check is not { IsOpen: true }) return;
        if (datagram[1] is >= 192 and <= 223) OnRtcp(datagram, now);
        else OnRtp(datagram, now);
    }

    /// <summary>ffmpeg cannot be asked: its key frames come each second.</summary>
    public void RequestKeyFrame(int layer)
    {
    }

    public void Dispose()
    {
        End();
        _loop.Detach(_port);
        _port.Dispose();
    }

    private void OnRtp(Span<byte> datagram, long now)
    {
        if (!RtpPacket.TryParse(datagram, out var packet) || KindOf(packet.Ssrc) is not { } kind) return;
        var nowUs = _hub.Clock.ToMicroseconds(now);
        Volatile.Write(ref _lastPacketUs, nowUs);
        Volatile.Write(ref _packets, _packets + 1);
        _clock.OnPacket(kind, packet.Timestamp, _hub.Clock.NtpAt(nowUs).ToMicroseconds());
        if (_publisher is null or { HasEnded: true }) Publish(nowUs);
        _publisher?.OnRtp(datagram, now);
    }

    private void OnRtcp(Span<byte> datagram, long now)
    {
        if (KindOf(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(datagram[4..])) is not { } kind) return;
        if (_clock.TryCorrect(kind, datagram)) _publisher?.OnRtcp(datagram, now);
    }

    private void Publish(long nowUs)
    {
        _publisher = null;
        if (nowUs < _nextPublishUs) return;
        _nextPublishUs = nowUs + RetryPublishUs;
        var plan = MediaPlan.ForSource(
            _source.Video == VideoHandling.None ? null : CodecFormat.H264, _source.HasAudio ? CodecFormat.Opus : null,
            _run.VideoSsrc, _run.AudioSsrc);
        var result = _hub.Publish(_source.Stream, plan, new PublishOptions { MayTakeOver = _source.MayTakeOver });
        (_publisher, Refusal) = (result.Publisher, result.Refusal);
        _publisher?.Attach(this);
    }

    private TrackKind? KindOf(uint ssrc) =>
        ssrc == _run.VideoSsrc && ssrc != 0 ? TrackKind.Video : ssrc == _run.AudioSsrc && ssrc != 0 ? TrackKind.Audio : null;
}
