using System.Text.Json;
using Marquee.Domain.Contracts;
using Microsoft.Extensions.Logging;

namespace Marquee.App.Inbox;

/// <summary>
/// Facts from the PoPs, a session per PoP and stream, in order. A message is completed only after its effect is stored; what cannot have
/// an effect is dead-lettered with a reason, so that one bad fact does not hold up a till's evening.
/// </summary>
public sealed partial class EdgeEventsInbox(FactDispatch dispatch, ILogger<EdgeEventsInbox> logger)
{
    [Function(nameof(EdgeEventsInbox))]
    public async Task RunAsync(
        [ServiceBusTrigger("edge-events", "cloud", Connection = "ServiceBusConnection", IsSessionsEnabled = true, IsBatched = true, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage[] messages,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var facts = new List<(ServiceBusReceivedMessage Message, EdgeFact Fact)>(messages.Length);
        foreach (var message in messages)
        {
            if (Read(message) is { } fact)
            {
                facts.Add((message, fact));
            }
            else
            {
                await DeadLetterAsync(actions, message, "unreadable", "Not a fact of a known kind, or its ids do not match the message's.", cancellationToken);
            }
        }

        for (var left = facts; left.Count > 0;)
        {
            var refused = await TryDispatchAsync([.. left.Select(pair => pair.Fact)], durable, cancellationToken);
            var done = refused is null ? left.Count : left.FindIndex(pair => pair.Fact.Id == refused.Fact.Id);
            foreach (var (message, _) in left.Take(done))
            {
                await actions.CompleteMessageAsync(message, cancellationToken);
            }

            if (refused is not null)
            {
                await DeadLetterAsync(actions, left[done].Message, refused.Code, refused.Message, cancellationToken);
                done++;
            }

            left = left[done..];
        }
    }

    private async Task<FactRefusedException?> TryDispatchAsync(IReadOnlyList<EdgeFact> facts, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        try
        {
            await dispatch.DispatchAsync(facts, durable, cancellationToken);
            return null;
        }
        catch (FactRefusedException refused)
        {
            return refused;
        }
    }

    private async Task DeadLetterAsync(ServiceBusMessageActions actions, ServiceBusReceivedMessage message, string code, string reason, CancellationToken cancellationToken)
    {
        LogDeadLettered(message.MessageId, code, reason);
        await actions.DeadLetterMessageAsync(message, deadLetterReason: code, deadLetterErrorDescription: reason, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Order and duplicate detection go by the message's ids, so a fact that disagrees with them has neither. They do not prove which PoP
    /// sent it: the bus checks keys per topic, not per session.
    /// </summary>
    private static EdgeFact? Read(ServiceBusReceivedMessage message)
    {
        try
        {
            var fact = message.Body.ToObjectFromJson<EdgeFact>(ContractJson.Options);
            return fact?.Id == message.MessageId && fact.SessionId == message.SessionId ? fact : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Fact {MessageId} dead-lettered as {Code}: {Reason}")]
    private partial void LogDeadLettered(string messageId, string code, string reason);
}
