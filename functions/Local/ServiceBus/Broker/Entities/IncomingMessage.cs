using Marquee.Local.ServiceBus.Broker.Filters;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>A message as a sender gave it.</summary>
internal sealed record IncomingMessage
{
    /// <summary>Message annotations, properties, application properties, body and footer, encoded as sent.</summary>
    public required byte[] Content { get; init; }

    public string? MessageId { get; init; }
    public string? SessionId { get; init; }
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>When it is to become visible; null or past means at once.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>What filters look at.</summary>
    public required MessageView View { get; init; }
}

/// <summary>Something that messages can be sent to: a queue or a topic.</summary>
internal interface ISendTarget
{
    string Name { get; }

    /// <summary>Takes all of the messages or none; <paramref name="done"/> is called when they are on the disk, or with the refusal.</summary>
    void Send(IReadOnlyList<IncomingMessage> messages, Action<BrokerError?> done);

    /// <summary>As <see cref="Send"/>, giving each message's sequence number, by which it can be cancelled; 0 for a dropped duplicate.</summary>
    void Schedule(IReadOnlyList<IncomingMessage> messages, Action<long[], BrokerError?> done);

    void CancelScheduled(IReadOnlyList<long> sequences, Action<BrokerError?> done);
}
