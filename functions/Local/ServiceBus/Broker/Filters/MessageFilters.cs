namespace Marquee.Local.ServiceBus.Broker.Filters;

/// <summary>Decides whether a message sent to a topic is copied to a subscription.</summary>
internal interface IMessageFilter
{
    /// <exception cref="FilterEvaluationException">The expression cannot be computed for this message.</exception>
    bool Matches(MessageView message);
}

/// <summary>An expression met values that it cannot compute with (a string plus a number, a division by zero).</summary>
internal sealed class FilterEvaluationException(string message) : Exception(message);

internal sealed class BooleanFilter : IMessageFilter
{
    private readonly bool _value;

    private BooleanFilter(bool value) => _value = value;

    public static BooleanFilter True { get; } = new(true);

    public static BooleanFilter False { get; } = new(false);

    public bool Matches(MessageView message) => _value;
}

/// <summary>Equality on the named properties, all of them, with case.</summary>
internal sealed record CorrelationFilter : IMessageFilter
{
    public string? ContentType { get; init; }
    public string? CorrelationId { get; init; }
    public string? Subject { get; init; }
    public string? MessageId { get; init; }
    public string? ReplyTo { get; init; }
    public string? ReplyToSessionId { get; init; }
    public string? SessionId { get; init; }
    public string? To { get; init; }
    public IReadOnlyDictionary<string, object> Properties { get; init; } = new Dictionary<string, object>();

    public bool IsEmpty => ContentType is null && CorrelationId is null && Subject is null && MessageId is null && ReplyTo is null
        && ReplyToSessionId is null && SessionId is null && To is null && Properties.Count == 0;

    public bool Matches(MessageView message) =>
        Same(ContentType, message.ContentType) && Same(CorrelationId, message.CorrelationId) && Same(Subject, message.Subject)
        && Same(MessageId, message.MessageId) && Same(ReplyTo, message.ReplyTo) && Same(ReplyToSessionId, message.ReplyToSessionId)
        && Same(SessionId, message.SessionId) && Same(To, message.To)
        && Properties.All(p => message.Properties.TryGetValue(p.Key, out var actual) && SqlValue.Compare(p.Value, actual) == 0);

    private static bool Same(string? wanted, string? actual) => wanted is null || string.Equals(wanted, actual, StringComparison.Ordinal);
}

/// <summary>A SQL-like condition, parsed once.</summary>
internal sealed class SqlFilter : IMessageFilter
{
    private readonly SqlExpression _condition;

    /// <exception cref="SqlSyntaxException">Says what was expected and where.</exception>
    public SqlFilter(string expression)
    {
        Expression = expression;
        _condition = SqlParser.Parse(expression);
    }

    public string Expression { get; }

    public bool Matches(MessageView message) => _condition.Evaluate(message) is true;
}
