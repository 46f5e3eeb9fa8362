using Marquee.StreamRelay.Forwarding;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>Percentiles of a duration, in microseconds; all 0 when there was none.</summary>
internal readonly record struct LatencyFigures(long Count, long P50Us, long P95Us, long P99Us)
{
    public static LatencyFigures Of(LatencyHistogram histogram) =>
        new(histogram.Count, histogram.PercentileUs(0.50), histogram.PercentileUs(0.95), histogram.PercentileUs(0.99));

    /// <summary>For metrics; nothing when there was none.</summary>
    public IReadOnlyList<(string Quantile, long Us)> Quantiles => Count == 0 ? [] : [("0.5", P50Us), ("0.95", P95Us), ("0.99", P99Us)];
}

/// <summary>One stream at one moment; counts are since it was opened.</summary>
internal sealed record StreamFigures
{
    public required string Id { get; init; }
    public required bool IsLive { get; init; }
    public required int Viewers { get; init; }
    public required long Joined { get; init; }
    public required long IngestBitsPerSecond { get; init; }

    /// <summary>Interarrival jitter of the video (RFC 3550 A.8); of the audio when there is no video.</summary>
    public required double JitterMs { get; init; }
    public required IngressTotals Ingress { get; init; }
    public required EgressTotals Egress { get; init; }
    public required LatencyFigures FirstFrame { get; init; }

    /// <summary>Mean over the viewers of the video loss that they last reported, 0 to 1.</summary>
    public required double ViewerLoss { get; init; }
}

/// <summary>The relay at one moment.</summary>
internal sealed record RelayFigures
{
    public static readonly RelayFigures None = new();

    public IReadOnlyList<StreamFigures> Streams { get; init; } = [];
    public IReadOnlyList<TrunkFigures> Trunks { get; init; } = [];
    public LatencyFigures Hop { get; init; }
    public int Peers { get; init; }
    public int Handshakes { get; init; }

    /// <summary>Datagrams that belong to no peer or are none of ours, dropped.</summary>
    public long Dropped { get; init; }

    /// <summary>Bytes that receiving and sending media have allocated.</summary>
    public long MediaAllocatedBytes { get; init; }
}
