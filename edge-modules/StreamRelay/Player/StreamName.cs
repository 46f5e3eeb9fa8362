using Marquee.Domain;

namespace Marquee.StreamRelay.Player;

/// <summary>The form of a stream's id: an event's id, or that and a stage's (<c>watch-night.cellar</c>).</summary>
internal static class StreamName
{
    public static bool IsValid(string text) => text.Split('.') switch
    {
        [var eventId] => Slug.IsValid(eventId),
        [var eventId, var stage] => Slug.IsValid(eventId) && Slug.IsValid(stage),
        _ => false,
    };
}
