using System.Globalization;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Messages;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>
/// An entity's $management node.
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response
/// </summary>
internal sealed class ManagementNode(Entity entity, ConnectionState connection, EntityContext context)
{
    private const string Prefix = "com.microsoft:";

    public void Handle(Request request)
    {
        var operation = request.Operation;
        (AccessRights Rights, Action<Request>? Run) action = operation switch
        {
            Prefix + "renew-lock" => (AccessRights.Listen, RenewLocks),
            Prefix + "peek-message" => (AccessRights.Listen, Peek),
            Prefix + "receive-by-sequence-number" => (AccessRights.Listen, ReceiveDeferred),
            Prefix + "update-disposition" => (AccessRights.Listen, UpdateDisposition),
            Prefix + "renew-session-lock" => (AccessRights.Listen, RenewSession),
            Prefix + "get-session-state" => (AccessRights.Listen, GetSessionState),
            Prefix + "set-session-state" => (AccessRights.Listen, SetSessionState),
            Prefix + "get-message-sessions" => (AccessRights.Listen, ListSessions),
            Prefix + "schedule-message" => (AccessRights.Send, Schedule),
            Prefix + "cancel-scheduled-message" => (AccessRights.Send, CancelScheduled),
            _ => (AccessRights.None, null),
        };
        if (action.Run is null)
            request.Fail(BrokerError.NotImplemented($"'{operation}' is not offered."));
        else if (!connection.Allows(entity.Path, action.Rights))
            request.Fail(BrokerError.Unauthorized($"Unauthorized access. '{action.Rights}' claim(s) are required on '{entity.Path}'."));
        else
            action.Run(request);
    }

    private MessageQueue Queue => entity.Queue ?? throw new FormatException($"'{entity.Path}' is a topic.");

    private ISendTarget Target => entity.Target ?? throw new FormatException($"Messages cannot be sent to '{entity.Path}'.");

    private void RenewLocks(Request request)
    {
        var (until, error) = Queue.Renew(LockTokens(request));
        request.Finish(error, new Map { ["expirations"] = until.Select(u => u.UtcDateTime).ToArray() });
    }

    private void Peek(Request request)
    {
        var from = Convert.ToInt64(request.Body["from-sequence-number"], CultureInfo.InvariantCulture);
        var most = Convert.ToInt32(request.Body["message-count"], CultureInfo.InvariantCulture);
        var found = entity.Queue?.Peek(from, most, request.Body["session-id"] as string) ?? entity.Topic!.Peek(from, most);
        if (found.Count == 0)
            request.NoContent();
        else
            request.Succeed(new Map { ["messages"] = found.Select(d => new Map { ["message"] = Encoded(d) }).ToList() });
    }

    private void ReceiveDeferred(Request request)
    {
        var takeForGood = Convert.ToUInt32(request.Body["receiver-settle-mode"] ?? 1u, CultureInfo.InvariantCulture) == 0;
        Queue.ReceiveDeferred(Sequences(request), takeForGood, request.Body["session-id"] as string, (deliveries, error) =>
            request.Finish(error, new Map
            {
                ["messages"] = deliveries.Select(d => new Map { ["message"] = Encoded(d), ["lock-token"] = d.LockToken ?? Guid.Empty }).ToList(),
            }));
    }

    private void UpdateDisposition(Request request)
    {
        var properties = (request.Body["properties-to-modify"] as Map)?.ToDictionary(p => p.Key.ToString()!, p => (object?)p.Value);
        Settlement settlement = (request.Body["disposition-status"] as string) switch
        {
            "completed" => new Settlement.Complete(),
            "abandoned" => new Settlement.Abandon(properties),
            // The protocol's own spelling.
            "defered" or "deferred" => new Settlement.Defer(properties),
            "suspended" => new Settlement.DeadLetter(request.Body["deadletter-reason"] as string, request.Body["deadletter-description"] as string, properties),
            var other => throw new FormatException($"disposition-status '{other}'"),
        };
        SettleEach(new Queue<Guid>(LockTokens(request)), settlement, request);
    }

    private void SettleEach(Queue<Guid> tokens, Settlement settlement, Request request)
    {
        if (!tokens.TryDequeue(out var token))
        {
            request.Succeed();
            return;
        }

        Queue.Settle(token, settlement, error =>
        {
            if (error is null)
                SettleEach(tokens, settlement, request);
            else
                request.Fail(error);
        });
    }

    private void RenewSession(Request request)
    {
        var (until, error) = Queue.RenewSession(SessionId(request), IsOurs);
        request.Finish(error, new Map { ["expiration"] = until.UtcDateTime });
    }

    private void GetSessionState(Request request)
    {
        var (state, error) = Queue.GetSessionState(SessionId(request), IsOurs);
        request.Finish(error, new Map { ["session-state"] = state });
    }

    private void SetSessionState(Request request) =>
        Queue.SetSessionState(SessionId(request), request.Body["session-state"] as byte[], IsOurs, error => request.Finish(error));

    private void ListSessions(Request request)
    {
        var skip = Convert.ToInt32(request.Body["skip"] ?? 0, CultureInfo.InvariantCulture);
        var top = Convert.ToInt32(request.Body["top"] ?? int.MaxValue, CultureInfo.InvariantCulture);
        var found = Queue.ListSessions(skip, top);
        if (found.Count == 0)
            request.NoContent();
        else
            request.Succeed(new Map { ["skip"] = skip + found.Count, ["sessions-ids"] = found.ToArray() });
    }

    private void Schedule(Request request)
    {
        var messages = ((IEnumerable<object>)request.Body["messages"])
            .Select(entry => MessageContent.Parse((byte[])((Map)entry)["message"], () => context.NewLockToken().ToString("N")))
            .ToList();
        if (messages.Count == 0)
            throw new FormatException("messages is empty.");
        if (messages.Find(m => m.Content.Length > context.Limits.MaxMessageBytes) is { } tooLarge)
        {
            request.Fail(BrokerError.TooLarge(tooLarge.Content.Length, context.Limits.MaxMessageBytes));
            return;
        }

        Target.Schedule(messages, (sequences, error) => request.Finish(error, new Map { ["sequence-numbers"] = sequences }));
    }

    private void CancelScheduled(Request request) => Target.CancelScheduled(Sequences(request), error => request.Finish(error));

    private bool IsOurs(IConsumer consumer) => consumer is ReceiverEndpoint receiver && receiver.Connection == connection;

    private static string SessionId(Request request) => request.Body["session-id"] as string ?? throw new FormatException("session-id is missing.");

    private static Guid[] LockTokens(Request request) => Items<Guid>(request, "lock-tokens");

    private static long[] Sequences(Request request) => Items<long>(request, "sequence-numbers");

    // An empty array has no encoding that clients agree on, and asks for nothing.
    private static T[] Items<T>(Request request, string name) =>
        request.Body[name] is Array { Length: > 0 } items ? [.. items.Cast<T>()] : throw new FormatException($"{name} is missing or empty.");

    private static byte[] Encoded(Delivery delivery) => MessageContent.Written(MessageContent.Encode(delivery));
}
