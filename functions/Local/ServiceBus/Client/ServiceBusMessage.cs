using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>A message to be sent. Limits are the official ones: ids of at most 128 characters, a positive time to live.</summary>
public class ServiceBusMessage
{
    private const int MaxIdLength = 128;

    /// <summary>Makes a message without a body.</summary>
    public ServiceBusMessage()
        : this(default(ReadOnlyMemory<byte>))
    {
    }

    /// <summary>Makes a message with a UTF-8 body.</summary>
    public ServiceBusMessage(string body)
        : this(new BinaryData(body ?? string.Empty))
    {
    }

    /// <summary>Makes a message with a body that is not copied.</summary>
    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(new BinaryData(body))
    {
    }

    /// <summary>Makes a message with a body that is not copied.</summary>
    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
        ApplicationProperties = new Dictionary<string, object>(StringComparer.Ordinal);
    }

    /// <summary>Makes a message to be sent on from one received: what the broker added (locks, counts, dead-letter reasons) is left behind.</summary>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
        : this(Require(receivedMessage).Body)
    {
        MessageId = receivedMessage.MessageId;
        SessionId = receivedMessage.SessionId;
        PartitionKey = receivedMessage.PartitionKey;
        TransactionPartitionKey = receivedMessage.TransactionPartitionKey;
        ReplyToSessionId = receivedMessage.ReplyToSessionId;
        TimeToLive = receivedMessage.TimeToLive;
        CorrelationId = receivedMessage.CorrelationId;
        Subject = receivedMessage.Subject;
        To = receivedMessage.To;
        ContentType = receivedMessage.ContentType;
        ReplyTo = receivedMessage.ReplyTo;
        ScheduledEnqueueTime = receivedMessage.ScheduledEnqueueTime;
        foreach (var (key, value) in receivedMessage.ApplicationProperties)
            if (key is not (WireNames.DeadLetterReason or WireNames.DeadLetterErrorDescription))
                ApplicationProperties[key] = value;
    }

    /// <summary>The payload.</summary>
    public BinaryData Body { get; set; }

    /// <summary>The identity that duplicate detection goes by; the broker makes one up when it is not set.</summary>
    public string MessageId
    {
        get;
        set => field = value is not { Length: 0 or > MaxIdLength }
            ? value
            : throw new ArgumentException($"A message id has 1 to {MaxIdLength} characters.", nameof(value));
    }

    /// <summary>The session, whose messages are delivered in order to one receiver at a time.</summary>
    public string SessionId
    {
        get;
        set
        {
            field = Short(value);
            if (PartitionKey is not null && value is not null)
                PartitionKey = value;
        }
    }

    /// <summary>The partition; equals the session when there is one.</summary>
    public string PartitionKey
    {
        get;
        set => field = SessionId is null || value is null || value == SessionId
            ? Short(value)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A partition key beside a session id equals it.");
    }

    /// <summary>The partition of the transfer queue; carried, not used.</summary>
    public string TransactionPartitionKey { get; set => field = Short(value); }

    /// <summary>The session to answer to.</summary>
    public string ReplyToSessionId { get; set => field = Short(value); }

    /// <summary>How long the message lives from its enqueuing, above zero. Default: as long as the entity lets it.</summary>
    public TimeSpan TimeToLive
    {
        get;
        set => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Above zero.");
    } = TimeSpan.MaxValue;

    /// <summary>What the message refers to.</summary>
    public string CorrelationId { get; set; }

    /// <summary>What the message is about, in the sender's terms.</summary>
    public string Subject { get; set; }

    /// <summary>The address meant; carried, not used.</summary>
    public string To { get; set; }

    /// <summary>The media type of the body.</summary>
    public string ContentType { get; set; }

    /// <summary>The address to answer to.</summary>
    public string ReplyTo { get; set; }

    /// <summary>When the message becomes available, UTC; the default value means at once.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>The sender's own properties: strings, numbers, booleans, Guid, DateTime, DateTimeOffset, TimeSpan, Uri, byte arrays.</summary>
    public IDictionary<string, object> ApplicationProperties { get; }

    private static ServiceBusReceivedMessage Require(ServiceBusReceivedMessage message) =>
        message ?? throw new ArgumentNullException(nameof(message));

    private static string Short(string value) => value is not { Length: > MaxIdLength }
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"At most {MaxIdLength} characters.");
}
