using System.Net.Sockets;
using System.Security.Cryptography;
using Marquee.Domain.Streams;
using Marquee.EdgeSync.Hosting;
using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Streams;

namespace Marquee.StreamRelay.Trunk;

/// <summary>Puts the trunks on the media loop: opens the ports of their links, and sets them up anew when the cloud says so.</summary>
internal sealed class TrunkHost : IHostedService
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(5);

    private readonly RelayMedia _media;
    private readonly TrunkBook _book;
    private readonly ILogger<TrunkHost> _logger;
    private readonly Dictionary<Neighbour, List<UdpPort>> _ports = [];

    /// <summary>Opens the ports of the trunks that are known.</summary>
    /// <exception cref="EdgeConfigurationException">A configured trunk is malformed, or an address of it is taken.</exception>
    public TrunkHost(
        RelayMedia media, EdgeSettings edge, IConfiguration configuration, TrunkBook book, StreamBook streams, StreamMetadata metadata,
        ILogger<TrunkHost> logger)
    {
        (_media, _book, _logger) = (media, book, logger);
        // A show that this PoP plays a part in is here before its first viewer is.
        Node = new TrunkNode(edge.PopId, media.Streams, id => streams.Find(StreamId.EventOf(id)) is not null, RandomNumberGenerator.Fill, metadata);
        foreach (var trunk in TrunkConfiguration.From(configuration, edge.PopId))
        {
            if (SetUp(trunk) is { } problem) throw new EdgeConfigurationException($"Trunk to {trunk.PopId}: {problem}");
        }
        foreach (var trunk in book.All()) Take(trunk);
        book.Changed += OnChanged;
        media.Loop.AfterBatch(Node.AfterBatch);
        media.Loop.Every(TickPeriod, Node.Tick);
    }

    /// <summary>On the loop only.</summary>
    public TrunkNode Node { get; }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The loop still runs: it ends after what was started after it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _book.Changed -= OnChanged;
        await _media.Loop.InvokeAsync(() =>
        {
            foreach (var neighbour in Node.Neighbours.ToList()) TakeDown(neighbour);
        });
    }

    private void OnChanged(NeighbourSettings trunk) => _media.Loop.Post(() => Take(trunk));

    private void Take(NeighbourSettings trunk)
    {
        if (SetUp(trunk) is { } problem) TrunkLog.NotSetUp(_logger, trunk.PopId, problem);
        else TrunkLog.SetUp(_logger, trunk.PopId, trunk.Links.Count);
    }

    /// <returns>What went wrong; the trunk is then not there.</returns>
    private string? SetUp(NeighbourSettings trunk)
    {
        var known = Node.Neighbours.FirstOrDefault(n => n.PopId == trunk.PopId);
        if (known is not null && known.Settings.IsSameBut(trunk))
        {
            known.Use(trunk.Keys);
            return null;
        }
        if (known is not null) TakeDown(known);
        if (trunk.Links.Count == 0) return null;
        var ports = new List<UdpPort>();
        try
        {
            var neighbour = Node.Add(trunk, (link, handler) =>
            {
                var port = UdpPort.Bind(new UdpPortOptions { Bind = link.Bind, Interface = link.Interface, SendSlots = 512 }, handler);
                ports.Add(port);
                return port;
            });
            foreach (var port in ports) _media.Loop.Attach(port);
            _ports[neighbour] = ports;
            return null;
        }
        catch (SocketException e)
        {
            foreach (var port in ports) port.Dispose();
            return $"an address of {string.Join(", ", trunk.Links.Select(l => l.Bind))} cannot be bound ({e.SocketErrorCode})";
        }
    }

    private void TakeDown(Neighbour neighbour)
    {
        Node.Remove(neighbour);
        if (!_ports.Remove(neighbour, out var ports)) return;
        foreach (var port in ports)
        {
            _media.Loop.Detach(port);
            port.Dispose();
        }
    }
}

internal static partial class TrunkLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Trunk to {Neighbour}: {Links} links")]
    public static partial void SetUp(ILogger logger, string neighbour, int links);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Trunk to {Neighbour} is not set up: {Problem}")]
    public static partial void NotSetUp(ILogger logger, string neighbour, string problem);
}
