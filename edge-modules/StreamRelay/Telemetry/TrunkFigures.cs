using Marquee.StreamRelay.Trunk;
using Marquee.StreamRelay.Trunk.Links;
using Marquee.StreamRelay.Trunk.Routing;

namespace Marquee.StreamRelay.Telemetry;

/// <summary>A link of a trunk at one moment.</summary>
/// <param name="RoundTripUs">0 before it was measured.</param>
/// <param name="Loss">Share of what we sent that did not get there, as the other side last reported.</param>
/// <param name="SilenceUs">Since something was heard on it; 0 when nothing ever was.</param>
/// <param name="Silences">How often it was found dead.</param>
/// <param name="HasSlots">Whether its losses come in a satellite's fifteen-second slots.</param>
internal sealed record LinkFigures(
    string Name, LinkState State, long RoundTripUs, long JitterUs, double Loss, long SentBitsPerSecond, long ReceivedBitsPerSecond, long SilenceUs,
    long Silences, bool HasSlots)
{
    public static LinkFigures Of(TrunkLink link, long nowUs) => new(
        link.Settings.Name,
        link.Health.State,
        link.RoundTrips.IsSet ? link.RoundTrips.MeanUs : 0,
        link.Transit.IsSet ? link.Transit.JitterUs : 0,
        link.LossThere,
        link.SentRate.BitsPerSecond(nowUs),
        link.ReceivedRate.BitsPerSecond(nowUs),
        link.HeardUs == 0 ? 0 : nowUs - link.HeardUs,
        link.Health.Silences,
        link.Slots.EdgeUs is not null);
}

/// <summary>A stream that comes in over a trunk.</summary>
/// <param name="FromIngest">From its coming into the first relay to its coming in here, by clocks aligned over the trunks.</param>
/// <param name="FromNeighbour">From the neighbour's sending it, by the same clocks.</param>
/// <param name="UncertaintyUs">How far the clocks may be off, either way.</param>
internal sealed record FeedFigures(string StreamId, LatencyFigures FromIngest, LatencyFigures FromNeighbour, long UncertaintyUs)
{
    public static FeedFigures Of(Feed feed) =>
        new(feed.StreamId, LatencyFigures.Of(feed.FromIngest), LatencyFigures.Of(feed.FromNeighbour), feed.UncertaintyUs);
}

/// <summary>The trunk to one neighbour at one moment; counts are since it was set up.</summary>
internal sealed record TrunkFigures
{
    public required string Neighbour { get; init; }
    public required bool IsUp { get; init; }

    /// <summary>The neighbour's clock less ours, and how far that may be off, either way.</summary>
    public required long ClockOffsetUs { get; init; }
    public required long ClockUncertaintyUs { get; init; }
    public required long Sent { get; init; }
    public required long Delivered { get; init; }
    public required long Duplicates { get; init; }

    /// <summary>Delivered after they had been asked for again.</summary>
    public required long Repaired { get; init; }

    /// <summary>Never came, or past the latency budget.</summary>
    public required long Lost { get; init; }
    public required long Bogus { get; init; }
    public required IReadOnlyList<LinkFigures> Links { get; init; }
    public required IReadOnlyList<FeedFigures> Feeds { get; init; }

    public static TrunkFigures Of(Neighbour neighbour, IEnumerable<Feed> feeds, long nowUs) => new()
    {
        Neighbour = neighbour.PopId,
        IsUp = neighbour.IsUp,
        ClockOffsetUs = neighbour.Clock.OffsetUs,
        ClockUncertaintyUs = neighbour.Clock.UncertaintyUs,
        Sent = neighbour.Counters.MediaSent,
        Delivered = neighbour.Received.Delivered,
        Duplicates = neighbour.Received.Duplicates,
        Repaired = neighbour.Received.Repaired,
        Lost = neighbour.Received.Missing.Lost,
        Bogus = neighbour.Counters.Bogus,
        Links = [.. neighbour.Links.Select(link => LinkFigures.Of(link, nowUs))],
        Feeds = [.. feeds.Where(feed => ReferenceEquals(feed.Neighbour, neighbour)).Select(FeedFigures.Of)],
    };
}
