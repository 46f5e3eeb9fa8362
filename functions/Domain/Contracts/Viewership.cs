namespace Marquee.Domain.Contracts;

/// <summary>
/// How many watch a stream at a PoP: now, and what has happened since the last such fact, by minute. Minutes add up: the same minute may
/// come in many facts.
/// </summary>
/// <param name="EventId">The event.</param>
/// <param name="StreamId">Its stream: the event's id, or <c>{eventId}.{stage}</c>.</param>
/// <param name="Viewers">At the time of the fact.</param>
/// <param name="Minutes">At most <see cref="MaxMinutes"/>, oldest first.</param>
public sealed record ViewershipObserved(string EventId, string StreamId, int Viewers, IReadOnlyList<ViewershipMinute> Minutes) : FactBody
{
    /// <summary>The <see cref="EdgeFact.Stream"/> of these facts.</summary>
    public const string FactStream = "viewers";

    /// <summary>As many as fit one table transaction with the rows that go with them.</summary>
    public const int MaxMinutes = 90;
}

/// <summary>What was seen in part of a minute.</summary>
/// <param name="Minute">Its start.</param>
/// <param name="Peak">The most viewers at once.</param>
/// <param name="ViewerSeconds">Viewers times seconds: an average once divided by the time.</param>
/// <param name="Joined">Viewers that came.</param>
public sealed record ViewershipMinute(DateTimeOffset Minute, int Peak, long ViewerSeconds, long Joined);
