using Marquee.Domain;
using Marquee.Domain.Contracts;

namespace Marquee.StreamRelay.Tests;

/// <summary>The event whose stream the tests and benchmarks carry, as the cloud configures it at a PoP.</summary>
internal static class WatchNight
{
    public const string EventId = "watch-night";

    public static ConfigureEvent In(EventPhase phase, string eventId = EventId) => new()
    {
        EventId = eventId,
        Title = "Watch night",
        Phase = phase,
        Currency = Currency.Eur,
        StartsAt = DateTimeOffset.UnixEpoch,
        EndsAt = DateTimeOffset.UnixEpoch.AddHours(3),
        Catalogue = [],
        OfflineLimits = new OfflineLimits(0, 0),
    };

    /// <summary>The command that says so to Berlin.</summary>
    public static EdgeCommand Command(long version, EventPhase phase, string eventId = EventId) => new()
    {
        PopId = "berlin", Key = $"event/{eventId}", Version = version, IssuedAt = DateTimeOffset.UnixEpoch, Body = In(phase, eventId),
    };
}
