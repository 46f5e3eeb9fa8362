using System.Diagnostics.CodeAnalysis;

namespace Marquee.Domain.Streams;

/// <summary>
/// The name of a stream: the event's id, or <c>{eventId}.{stage}</c> where an event has several stages. Both are slugs, which hold no dot.
/// </summary>
public sealed record StreamId
{
    private StreamId(string eventId, string? stage) => (EventId, Stage) = (eventId, stage);

    public string EventId { get; }

    /// <summary>Null for the only, or main, stream of the event.</summary>
    public string? Stage { get; }

    /// <exception cref="ArgumentException">One of the two is no slug.</exception>
    public static StreamId Of(string eventId, string? stage = null) => Slug.IsValid(eventId) && (stage is null || Slug.IsValid(stage))
        ? new StreamId(eventId, stage)
        : throw new ArgumentException($"'{eventId}' and '{stage}' are no event and stage.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out StreamId? id)
    {
        id = null;
        if (text is null) return false;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var (eventId, stage) = dot < 0 ? (text, null) : (text[..dot], text[(dot + 1)..]);
        if (!Slug.IsValid(eventId) || (stage is not null && !Slug.IsValid(stage))) return false;
        id = new StreamId(eventId, stage);
        return true;
    }

    /// <summary>The event that a name says it is of: what stands before the first dot, or all of it. The name need not be valid.</summary>
    public static string EventOf(string streamId) =>
        streamId.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? streamId[..dot] : streamId;

    public override string ToString() => Stage is null ? EventId : $"{EventId}.{Stage}";
}
