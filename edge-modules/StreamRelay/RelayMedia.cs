using System.Net.Sockets;
using System.Security.Cryptography;
using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Peers;

namespace Marquee.StreamRelay;

/// <summary>
/// The media path of the process: one loop, the WebRTC peers on its ports, and the streams. Everything that is not on the loop reaches
/// <see cref="Hub"/> and <see cref="Streams"/> through <see cref="MediaLoop.InvokeAsync{T}"/>.
/// </summary>
/// <remarks>
/// Start order is registration order: what attaches ports of its own to the loop does so in its constructor, before the loop runs.
/// </remarks>
internal sealed class RelayMedia : IHostedService, IAsyncDisposable
{
    private bool _isStarted;
    private bool _isDisposed;

    /// <summary>Binds the media ports.</summary>
    /// <exception cref="EdgeConfigurationException">A key is malformed, or a port is taken.</exception>
    public RelayMedia(IConfiguration configuration, TimeProvider time, ILoggerFactory loggers)
    {
        var settings = PeerSettings.From(configuration);
        Loop = new MediaLoop(time, loggers.CreateLogger<MediaLoop>());
        try
        {
            Hub = new PeerHub(Loop, settings, loggers.CreateLogger<PeerHub>());
        }
        catch (SocketException e)
        {
            throw new EdgeConfigurationException($"Media:Bind, Media:Port: {string.Join(", ", settings.Udp)} cannot be bound ({e.SocketErrorCode}).");
        }
        Streams = new StreamHub(time, new StreamLimits { MaxViewers = settings.MaxPeers }, NextSsrc);
        Streams.AttachTo(Loop);
    }

    public MediaLoop Loop { get; }

    /// <summary>On the loop only.</summary>
    public PeerHub Hub { get; }

    /// <summary>On the loop only.</summary>
    public StreamHub Streams { get; }

    /// <summary>A source number (RFC 3550 8.1): random, and not 0, which stands for none.</summary>
    public static uint NextSsrc()
    {
        Span<byte> bytes = stackalloc byte[4];
        uint ssrc;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            ssrc = BitConverter.ToUInt32(bytes);
        }
        while (ssrc == 0);
        return ssrc;
    }

    /// <summary>Starts the loop; the first handshake would be slow, so one is made with ourselves.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Start();
        await Hub.WarmUpAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Start(); // peers and ports are closed on the loop, so one that never ran has to
        await Hub.DisposeAsync();
        await Loop.DisposeAsync();
    }

    private void Start()
    {
        if (_isStarted) return;
        _isStarted = true;
        Loop.Start();
    }
}
