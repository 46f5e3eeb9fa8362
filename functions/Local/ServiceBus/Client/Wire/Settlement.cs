using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>What becomes of a locked message, in the two ways it can be said: on the link that brought it, and to the management node.</summary>
internal sealed class Settlement
{
    private Settlement(DeliveryState outcome, string status, string? reason = null, string? description = null, Fields? properties = null)
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

    internal string? DeadLetterReason { get; }

    internal string? DeadLetterErrorDescription { get; }

    internal Fields? Properties { get; }

    internal static Settlement Abandon(IDictionary<string, object>? propertiesToModify)
    {
        var properties = ToFields(propertiesToModify);
        return new(new Modified { MessageAnnotations = properties }, "abandoned", properties: properties);
    }

    internal static Settlement Defer(IDictionary<string, object>? propertiesToModify)
    {
        var properties = ToFields(propertiesToModify);
        return new(new Modified { UndeliverableHere = true, MessageAnnotations = properties }, "defered", properties: properties);
    }

    internal static Settlement DeadLetter(string? reason, string? description, IDictionary<string, object>? propertiesToModify)
    {
        const int MaxLength = 4096;
        if (reason?.Length > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(reason), $"At most {MaxLength} characters.");
        if (description?.Length > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(description), $"At most {MaxLength} characters.");

        var properties = ToFields(propertiesToModify);
        var info = properties is null ? new Fields() : ToFields(propertiesToModify)!;
        if (reason is not null)
            info[WireNames.DeadLetterReason] = reason;
        if (description is not null)
            info[WireNames.DeadLetterErrorDescription] = description;
        var error = new Error(WireNames.DeadLetterCondition) { Info = info };
        return new(new Rejected { Error = error }, "suspended", reason, description, properties);
    }

    private static Fields? ToFields(IDictionary<string, object>? propertiesToModify)
    {
        if (propertiesToModify is null or { Count: 0 })
            return null;
        var fields = new Fields();
        foreach (var (key, value) in propertiesToModify)
            fields[key] = AmqpValues.ToAmqp(value, key);
        return fields;
    }
}
