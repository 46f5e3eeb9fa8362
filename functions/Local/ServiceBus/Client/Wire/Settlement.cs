using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>What becomes of a locked message, in the two ways it can be said: on the link that brought it, and to the management node.</summary>
internal sealed class Settlement
{
    private const string Abandoned = "abandoned";

    private Settlement(DeliveryState outcome, string status, string? reason = null, string? description = null, Map? properties = null)
    {
        Outcome = outcome;
        Status = status;
        DeadLetterReason = reason;
        DeadLetterErrorDescription = description;
        Properties = properties;
    }

    internal static Settlement Complete { get; } = new(new Accepted(), "completed");

    internal DeliveryState Outcome { get; }

    /// <summary>The disposition's name in a management request.</summary>
    internal string Status { get; }

    /// <summary>Whether the message is delivered again.</summary>
    internal bool GivesBack => Status == Abandoned;

    internal string? DeadLetterReason { get; }

    internal string? DeadLetterErrorDescription { get; }

    /// <summary>Application properties to set on the message, by name.</summary>
    internal Map? Properties { get; }

    internal static Settlement Abandon(IDictionary<string, object>? propertiesToModify)
    {
        var properties = ToMap(propertiesToModify);
        return new(new Modified { MessageAnnotations = ToFields(properties) }, Abandoned, properties: properties);
    }

    internal static Settlement Defer(IDictionary<string, object>? propertiesToModify)
    {
        var properties = ToMap(propertiesToModify);
        var outcome = new Modified { UndeliverableHere = true, MessageAnnotations = ToFields(properties) };
        return new(outcome, "defered", properties: properties);
    }

    internal static Settlement DeadLetter(string? reason, string? description, IDictionary<string, object>? propertiesToModify)
    {
        const int MaxLength = 4096;
        if (reason?.Length > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(reason), $"At most {MaxLength} characters.");
        if (description?.Length > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(description), $"At most {MaxLength} characters.");

        var properties = ToMap(propertiesToModify);
        var info = ToFields(properties) ?? [];
        if (reason is not null)
            info[new Symbol(WireNames.DeadLetterReason)] = reason;
        if (description is not null)
            info[new Symbol(WireNames.DeadLetterErrorDescription)] = description;
        var error = new Error(WireNames.DeadLetterCondition) { Info = info };
        return new(new Rejected { Error = error }, "suspended", reason, description, properties);
    }

    private static Map? ToMap(IDictionary<string, object>? propertiesToModify)
    {
        if (propertiesToModify is null or { Count: 0 })
            return null;
        var map = new Map();
        foreach (var (key, value) in propertiesToModify)
            map[key] = AmqpValues.ToAmqp(value, key);
        return map;
    }

    /// <summary>Fields are maps whose keys are symbols.</summary>
    private static Fields? ToFields(Map? map)
    {
        if (map is null)
            return null;
        var fields = new Fields();
        foreach (var (key, value) in map)
            fields[new Symbol((string)key)] = value;
        return fields;
    }
}
