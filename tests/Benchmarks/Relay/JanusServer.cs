using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Marquee.Benchmarks.Bus;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Tests.Peers;
using Marquee.StreamRelay.Tests.Toughness;

namespace Marquee.Benchmarks.Relay;

/// <summary>Janus with its streaming plugin: an RTP mountpoint, and one event loop for all viewers.</summary>
internal sealed class JanusServer : IRelayTarget, IDatagramHandler
{
    private readonly string _folder;
    private readonly int _rtpPort;
    private readonly JanusClient _client;
    private UdpPort? _port;

    private JanusServer(MeasuredServer server, string folder, int rtpPort, JanusClient client) =>
        (Server, _folder, _rtpPort, _client) = (server, folder, rtpPort, client);

    public string Name => "Janus";

    public MeasuredServer Server { get; }

    public static async Task<JanusServer> StartAsync(CancellationToken cancellation)
    {
        await JanusInstall.EnsureAsync(cancellation);
        var folder = Directory.CreateTempSubdirectory("bench-janus-").FullName;
        var (httpPort, rtpPort) = (ServerProcess.FreePort(), FreeUdpPort());
        await WriteConfigurationAsync(folder, httpPort, rtpPort, cancellation);
        var server = MeasuredServer.Start(JanusInstall.Program, ["-F", folder, "-C", Path.Combine(folder, "janus.jcfg")]);
        try
        {
            var client = new JanusClient(new Uri($"http://127.0.0.1:{httpPort}/janus"));
            await client.OpenAsync(cancellation);
            server.Ignore();
            return new JanusServer(server, folder, rtpPort, client);
        }
        catch
        {
            server.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public Task<Camera> PublishAsync(Swarm swarm, CancellationToken cancellation) => swarm.Loop.InvokeAsync(() =>
    {
        var to = PeerAddress.From(new IPEndPoint(IPAddress.Loopback, _rtpPort));
        var port = _port = UdpPort.Bind(new UdpPortOptions { Bind = new IPEndPoint(IPAddress.Loopback, 0), SendSlots = 64 }, this);
        swarm.Loop.Attach(port);
        return new Camera(swarm.Loop, packet =>
        {
            packet.CopyTo(port.Rent());
            port.Send(packet.Length, to);
        });
    });

    public Task<long?> AllocatedBytesAsync(CancellationToken cancellation) => Task.FromResult<long?>(null);

    public TestClient NewViewer(MediaLoop loop) => new(loop) { IsControlled = true };

    public async Task ViewAsync(Swarm swarm, TestClient client, CancellationToken cancellation)
    {
        var (handle, offer) = await _client.WatchAsync(cancellation);
        await swarm.Loop.InvokeAsync(() => ClientSdp.Connect(client, offer));
        await _client.StartAsync(handle, ClientSdp.Answer(client, offer, LocalAddress()), cancellation);
    }

    public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now)
    {
        // Janus's RTCP to the camera, which sends key frames as it is.
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        Server.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task WriteConfigurationAsync(string folder, int httpPort, int rtpPort, CancellationToken cancellation)
    {
        const string Folder = "/usr/lib/x86_64-linux-gnu/janus";
        var general = string.Create(CultureInfo.InvariantCulture, $$"""
            general: {
              configs_folder = "{{folder}}"
              plugins_folder = "{{Folder}}/plugins"
              transports_folder = "{{Folder}}/transports"
              events_folder = "{{Folder}}/events"
              loggers_folder = "{{Folder}}/loggers"
              debug_level = 2
              session_timeout = 0
              event_loops = 1
            }
            nat: {
              ice_enforce_list = "{{LocalAddress()}}"
            }
            plugins: { disable = "{{Libraries("audiobridge duktape echotest lua nosip recordplay sip textroom videocall videoroom voicemail")}}" }
            transports: { disable = "{{Libraries("mqtt nanomsg pfunix rabbitmq websockets")}}" }
            events: { broadcast = false }
            """);
        var http = string.Create(CultureInfo.InvariantCulture, $$"""
            general: { json = "compact", base_path = "/janus", http = true, port = {{httpPort}}, ip = "127.0.0.1", https = false }
            admin: { admin_http = false }
            """);
        var streaming = string.Create(CultureInfo.InvariantCulture, $$"""
            bench: {
              type = "rtp"
              id = 1
              media = ( {
                type = "video", mid = "v", label = "bench", port = {{rtpPort}}, iface = "127.0.0.1"
                pt = {{ClientSdp.PayloadType}}, codec = "vp8"
              } )
            }
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "janus.jcfg"), general, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "janus.transport.http.jcfg"), http, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "janus.plugin.streaming.jcfg"), streaming, cancellation);
    }

    /// <summary>
    /// Janus offers no candidates of the loopback interface: an address of the machine it is, which is reached over loopback too.
    /// </summary>
    private static IPAddress LocalAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork)
        ?? throw new InvalidOperationException("The benchmark's peer needs an IPv4 address besides loopback.");

    private static string Libraries(string names) => string.Join(',', names.Split(' ').Select(name => $"libjanus_{name}.so"));

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
