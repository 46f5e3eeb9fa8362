using System.Net;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk;

/// <summary>How a stream's packets are spread over the links.</summary>
internal enum TrunkMode
{
    /// <summary>Every packet on every link: a link that dies costs nothing.</summary>
    Duplicate,

    /// <summary>The best link, and what is worth more on a second one as well.</summary>
    Primary,

    /// <summary>In turn, by the links' weights; what is worth more on two.</summary>
    Weighted,
}

/// <summary>One link to another PoP.</summary>
internal sealed record LinkSettings
{
    /// <summary>0 to 7, the same on both sides.</summary>
    public required byte Id { get; init; }

    /// <summary>For the operator: <c>5g</c>, <c>satellite</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The local address and port.</summary>
    public required IPEndPoint Bind { get; init; }

    /// <summary>Leave by this network interface only.</summary>
    public string? Interface { get; init; }

    /// <summary>The other side's address; null when it is behind NAT and has to begin.</summary>
    public IPEndPoint? Remote { get; init; }

    /// <summary>The link's share in <see cref="TrunkMode.Weighted"/>.</summary>
    public int Weight { get; init; } = 1;
}

/// <summary>The trunk to one other PoP.</summary>
internal sealed record NeighbourSettings
{
    public const int DefaultLatencyBudgetMs = 60;

    public required string PopId { get; init; }
    public required IReadOnlyList<LinkSettings> Links { get; init; }

    /// <summary>Shared with the other PoP. The one with the highest id is used, all are accepted.</summary>
    public required IReadOnlyList<TrunkKey> Keys { get; init; }

    public TrunkMode Mode { get; init; } = TrunkMode.Duplicate;

    /// <summary>Modes of single events' streams.</summary>
    public IReadOnlyDictionary<string, TrunkMode> StreamModes { get; init; } = new Dictionary<string, TrunkMode>();

    /// <summary>A packet is sent again only if it gets there within this time of its first sending.</summary>
    public TimeSpan LatencyBudget { get; init; } = TimeSpan.FromMilliseconds(DefaultLatencyBudgetMs);

    /// <summary>Whether another has the same in it, apart from the keys.</summary>
    public bool IsSameBut(NeighbourSettings other) =>
        PopId == other.PopId && Mode == other.Mode && LatencyBudget == other.LatencyBudget && Links.SequenceEqual(other.Links)
        && StreamModes.OrderBy(m => m.Key, StringComparer.Ordinal).SequenceEqual(other.StreamModes.OrderBy(m => m.Key, StringComparer.Ordinal));

    public TrunkMode ModeOf(string streamId) =>
        StreamModes.TryGetValue(streamId, out var mode) || StreamModes.TryGetValue(StreamId.EventOf(streamId), out mode) ? mode : Mode;
}
