using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Trunk;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>Takes the relay's figures once a second on the loop, for everybody who reads them elsewhere.</summary>
internal sealed class FigureSampler
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly RelayMedia _media;
    private readonly TrunkNode _trunk;
    private readonly HopLatency _hop;
    private long _lastTurn;
    private volatile RelayFigures _current = RelayFigures.None;

    public FigureSampler(RelayMedia media, TrunkHost trunk)
    {
        (_media, _trunk) = (media, trunk.Node);
        _lastTurn = media.Loop.Clock.Now;
        _hop = new HopLatency(media.Loop, media.Streams);
        media.Loop.AfterFlush(now => Volatile.Write(ref _lastTurn, now));
        media.Loop.Every(Period, Sample);
    }

    /// <summary>The last sample. From any thread.</summary>
    public RelayFigures Current => _current;

    /// <summary>How long ago the loop last finished a turn: it does many times a second, so a long silence is a stuck loop.</summary>
    public TimeSpan SinceLastTurn => _media.Loop.Clock.ToTimeSpan(Math.Max(0, _media.Loop.Clock.Now - Volatile.Read(ref _lastTurn)));

    private void Sample(long now)
    {
        var nowUs = _media.Streams.Clock.ToMicroseconds(now);
        var counters = _media.Hub.Counters;
        _current = new RelayFigures
        {
            Streams = [.. _media.Streams.Streams.Select(stream => Of(stream, nowUs))],
            Trunks = [.. _trunk.Neighbours.Select(neighbour => TrunkFigures.Of(neighbour, _trunk.Feeds, nowUs))],
            Hop = _hop.Figures,
            Peers = _media.Hub.PeerCount,
            Handshakes = _media.Hub.HandshakesRunning,
            Dropped = counters.StunMalformed + counters.StunRefused + counters.StunRationed + counters.DtlsFromUnknown + counters.DtlsDropped
                + counters.MediaFromUnknown + counters.Unclassified,
            MediaAllocatedBytes = _media.Loop.MediaAllocatedBytes,
        };
    }

    private static StreamFigures Of(MediaStream stream, long nowUs)
    {
        var layers = stream.Publisher?.Layers ?? [];
        var loss = 0.0;
        foreach (var viewer in stream.Viewers) loss += viewer.FractionLost;
        return new StreamFigures
        {
            Id = stream.Id,
            IsLive = layers.Any(layer => layer.IsLive(nowUs)),
            Viewers = stream.ViewerCount,
            Joined = stream.Joined,
            IngestBitsPerSecond = layers.Sum(layer => layer.Rate.BitsPerSecond(nowUs)),
            JitterMs = layers.OrderByDescending(layer => layer.Kind == TrackKind.Video).FirstOrDefault()?.Statistics.JitterMs ?? 0,
            Ingress = stream.Ingress,
            Egress = stream.Egress,
            FirstFrame = LatencyFigures.Of(stream.FirstFrames),
            ViewerLoss = stream.ViewerCount == 0 ? 0 : loss / stream.ViewerCount,
        };
    }
}
