using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marquee.Domain;
using Marquee.StreamRelay.Encoders;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tests.Peers;
using Marquee.StreamRelay.Tests.Signalling;

namespace Marquee.StreamRelay.Tests.Encoders;

/// <summary>A camera that speaks RTMP, a real ffmpeg in the relay, and a viewer over ICE, DTLS and SRTP.</summary>
public sealed class EncoderEndToEndTests
{
    private const string StreamKey = "a-stream-key-of-the-show";

    private readonly int _port = FreePort();

    [Fact]
    public async Task A_camera_that_speaks_RTMP_is_seen_and_heard_by_a_viewer()
    {
        await using var relay = await StartAsync();
        var heard = new ConcurrentQueue<byte[]>();
        var viewer = await WatchAsync(relay, heard);
        using var camera = Camera(StreamKey);
        await RelayRig.UntilAsync(() => Count(heard, 96) > 60 && Count(heard, 111) > 60);
        // The supervisor looks several times a second: the packets may be here before it has.
        await RelayRig.UntilAsync(() => Status(relay).State == EncoderState.Running);
        camera.Kill();

        // It decodes: ffmpeg says so, of the packets as the viewer got them.
        var pictures = await Decoding.PicturesAsync(heard.Where(p => (p[1] & 0x7F) == 96));
        Assert.True(pictures >= 10, $"{pictures} pictures");
        Assert.All(heard.Where(p => (p[1] & 0x7F) == 111), p => Assert.True(p.Length > 12));
        // The next camera is taken as the first was.
        await RelayRig.UntilAsync(() => Status(relay) is { Runs: > 1, State: EncoderState.Starting });
        await relay.Media.Loop.InvokeAsync(viewer.Dispose);
        await RelayRig.UntilAsync(() => relay.Media.Hub.PeerCount == 0);
    }

    [Fact]
    public async Task A_caller_with_another_key_is_turned_away_and_nobody_sees_what_it_sends()
    {
        await using var relay = await StartAsync();
        await RelayRig.UntilAsync(() => Status(relay).ProcessId is not null);
        using var stranger = Camera("not-the-key-of-the-show");
        await RelayRig.UntilAsync(() => Status(relay).LastFailure is not null);
        Assert.Equal("key_refused", Status(relay).LastFailure);
        Assert.Null(await relay.Media.Loop.InvokeAsync(() => relay.Media.Streams.Find("watch-night")?.Publisher));
        stranger.Kill();
    }

    [Fact]
    public async Task A_camera_that_speaks_SRT_is_taken_with_its_passphrase()
    {
        await using var relay = await RelayRig.StartAsync(
            EventPhase.Live,
            "--Encoder:Sources:0:Stream=watch-night", $"--Encoder:Sources:0:Url=srt://127.0.0.1:{_port}?mode=listener",
            $"--Encoder:Sources:0:Key={StreamKey}", "--Encoder:Sources:0:Resolution=320x180");
        using var camera = new CameraProcess("mpegts", $"'srt://127.0.0.1:{_port}?mode=caller&passphrase={StreamKey}'");
        await RelayRig.UntilAsync(() => Status(relay).State == EncoderState.Running);
        await relay.UntilOnLoopAsync(() => relay.Media.Streams.Find("watch-night")?.Publisher?.Layers.Count == 2);
    }

    private static EncoderStatus Status(RelayRig relay) => relay.Service<EncoderService>().Status.Single();

    private static int Count(IEnumerable<byte[]> packets, byte payloadType) => packets.Count(p => (p[1] & 0x7F) == payloadType);

    private Task<RelayRig> StartAsync() => RelayRig.StartAsync(
        EventPhase.Live,
        "--Encoder:Sources:0:Stream=watch-night", $"--Encoder:Sources:0:Url=rtmp://127.0.0.1:{_port}/live", $"--Encoder:Sources:0:Key={StreamKey}",
        "--Encoder:Sources:0:Resolution=320x180", "--Encoder:Sources:0:When=always");

    private static Task<TestClient> WatchAsync(RelayRig relay, ConcurrentQueue<byte[]> heard) => relay.Media.Loop.InvokeAsync(() =>
    {
        var viewer = relay.Media.Streams.View("watch-night", MediaPlan.ForSource(CodecFormat.H264, CodecFormat.Opus, 800, 900)).Viewer!;
        var client = new TestClient(relay.Media.Loop) { Rtp = (_, bytes, _) => heard.Enqueue(bytes.ToArray()) };
        var peer = relay.Media.Hub.Create(client.OptionsFor("viewer"), new ViewerPeer(viewer));
        client.ConnectUdp(relay.Media.Hub.UdpPorts[0].LocalEndPoint, peer, relay.Media.Hub.Fingerprint);
        return client;
    });

    /// <summary>Tries until the encoder listens.</summary>
    private CameraProcess Camera(string key) => new("flv", $"rtmp://127.0.0.1:{_port}/live/{key}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class CameraProcess : IDisposable
    {
        private readonly Process _process;

        public CameraProcess(string format, string url)
        {
            const string Pictures = "-re -f lavfi -i testsrc2=size=320x180:rate=30 -re -f lavfi -i sine=sample_rate=48000";
            var coding = "-c:v libx264 -preset ultrafast -g 30 -c:a aac -f " + format;
            var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"while ! ffmpeg -nostdin -loglevel quiet {Pictures} {coding} {url}; do sleep 0.2; done");
            _process = Process.Start(start)!;
        }

        public void Kill() => _process.Kill(entireProcessTree: true);

        public void Dispose()
        {
            if (!_process.HasExited) Kill();
            _process.Dispose();
        }
    }
}
