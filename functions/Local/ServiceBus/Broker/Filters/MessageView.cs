namespace Marquee.Local.ServiceBus.Broker.Filters;

/// <summary>What a filter can see of a message: its system properties and its application properties, never its body.</summary>
internal sealed record MessageView
{
    public string? ContentType { get; init; }
    public string? CorrelationId { get; init; }
    public string? Subject { get; init; }
    public string? MessageId { get; init; }
    public string? ReplyTo { get; init; }
    public string? ReplyToSessionId { get; init; }
    public string? SessionId { get; init; }
    public string? To { get; init; }
    public DateTime? EnqueuedTimeUtc { get; init; }
    public DateTime? ScheduledEnqueueTimeUtc { get; init; }
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Application properties; names are compared without case, as the service compares them in SQL filters.</summary>
    public IReadOnlyDictionary<string, object?> Properties { get; init; } = new Dictionary<string, object?>();

    /// <summary>A system property by its name in a SQL filter; false where there is no such property.</summary>
    public bool TrySystem(string name, out object? value)
    {
        (var known, value) = name.ToUpperInvariant() switch
        {
            "CONTENTTYPE" => (true, (object?)ContentType),
            "CORRELATIONID" => (true, CorrelationId),
            "LABEL" or "SUBJECT" => (true, Subject),
            "MESSAGEID" => (true, MessageId),
            "REPLYTO" => (true, ReplyTo),
            "REPLYTOSESSIONID" => (true, ReplyToSessionId),
            "SESSIONID" => (true, SessionId),
            "TO" => (true, To),
            "ENQUEUEDTIMEUTC" => (true, EnqueuedTimeUtc),
            "SCHEDULEDENQUEUETIMEUTC" => (true, ScheduledEnqueueTimeUtc),
            "TIMETOLIVE" => (true, TimeToLive),
            _ => (false, null),
        };
        return known;
    }
}
