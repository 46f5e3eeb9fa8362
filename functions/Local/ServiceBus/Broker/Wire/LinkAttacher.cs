using System.Globalization;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Security;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>Answers attaches: finds the entity behind the address, checks the connection's tokens, and puts an endpoint behind the link.</summary>
internal sealed class LinkAttacher(BrokerNamespace entities, EntityContext context, CbsNode cbs, ConnectionHandler handler) : ILinkProcessor
{
    private static readonly Symbol SessionFilter = "com.microsoft:session-filter";
    private static readonly Symbol TimeoutProperty = "com.microsoft:timeout";
    private static readonly Symbol LockedUntilProperty = "com.microsoft:locked-until-utc";
    private static readonly TimeSpan DefaultSessionWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSessionWait = TimeSpan.FromMinutes(5);

    public void Process(AttachContext attachContext)
    {
        try
        {
            var refusal = Attach(attachContext);
            if (refusal is not null)
                attachContext.Complete(refusal.ToWire());
        }
        catch (AmqpException e)
        {
            attachContext.Complete(e.Error);
        }
    }

    private BrokerError? Attach(AttachContext attach)
    {
        var link = attach.Link;
        var connection = ConnectionState.Of((ListenerConnection)link.Session.Connection, context.Time, context.Limits);
        if (attach.Attach.Target is { } target and not Target)
            return BrokerError.NotImplemented($"A {target.GetType().Name} target: transactions are not offered.");
        var address = SasToken.PathOf((link.Role ? (attach.Attach.Target as Target)?.Address : (attach.Attach.Source as Source)?.Address) ?? "");
        if (address.Equals(CbsNode.Address, StringComparison.OrdinalIgnoreCase))
            return AttachRequestResponse(attach, connection, "", AccessRights.None, request => cbs.Handle(connection, request));
        return address.EndsWith(BrokerNamespace.ManagementSuffix, StringComparison.OrdinalIgnoreCase)
            ? AttachManagement(attach, connection, address[..^BrokerNamespace.ManagementSuffix.Length])
            : AttachEntity(attach, connection, address);
    }

    private BrokerError? AttachEntity(AttachContext attach, ConnectionState connection, string address)
    {
        // Rights first, so that a stranger cannot find out which entities exist.
        var needed = attach.Link.Role ? AccessRights.Send : AccessRights.Listen;
        if (connection.Admit(attach.Link, address, needed) is { } refusal)
            return refusal;
        if (entities.Find(address) is not { } entity)
            return BrokerError.NotFound(address);
        if (entity.Status == EntityStatus.Disabled || entity.Status == (attach.Link.Role ? EntityStatus.SendDisabled : EntityStatus.ReceiveDisabled))
            return BrokerError.Disabled(entity.Path);
        return attach.Link.Role ? AttachSender(attach, entity) : AttachReceiver(attach, connection, entity);
    }

    private BrokerError? AttachSender(AttachContext attach, Entity entity)
    {
        if (entity.Target is not { } target)
            return BrokerError.NotAllowed($"Messages cannot be sent to '{entity.Path}'.");
        attach.Attach.MaxMessageSize = (ulong)context.Limits.MaxMessageBytes;
        attach.Complete(new SenderEndpoint(target, context), context.Limits.SenderCredit);
        return null;
    }

    private BrokerError? AttachReceiver(AttachContext attach, ConnectionState connection, Entity entity)
    {
        if (entity.Queue is not { } queue)
            return BrokerError.NotAllowed($"'{entity.Path}' is a topic: receive from one of its subscriptions.");
        var source = (Source)attach.Attach.Source;
        var wantsSession = source.FilterSet?.ContainsKey(SessionFilter) == true;
        if (wantsSession != queue.Config.RequiresSession)
        {
            return BrokerError.NotAllowed(wantsSession
                ? $"A sessionful message receiver cannot be created on '{entity.Path}', which does not require sessions."
                : $"It is not possible for an entity that requires sessions to create a non-sessionful message receiver: '{entity.Path}'.");
        }

        var takesForGood = attach.Attach.SndSettleMode == SenderSettleMode.Settled;
        var endpoint = new ReceiverEndpoint(attach.Link, queue, connection, takesForGood, context);
        attach.Attach.MaxMessageSize = (ulong)context.Limits.MaxMessageBytes;
        if (wantsSession)
        {
            AttachSession(attach, source, queue, endpoint);
            return null;
        }

        handler.BeforeDetach(attach.Link, endpoint.Detaching);
        attach.Complete(endpoint, 0);
        queue.AddConsumer(endpoint);
        queue.Pull();
        return null;
    }

    // The attach is answered once there is a session, or refused when the client's time is over.
    private void AttachSession(AttachContext attach, Source source, MessageQueue queue, ReceiverEndpoint endpoint)
    {
        var link = attach.Link;
        SessionWaiter? waiter = null;
        var answered = 0;
        // The client's giving up and the session's coming can meet: one of them answers the attach.
        bool MayAnswer() => Interlocked.Exchange(ref answered, 1) == 0;
        handler.BeforeDetach(link, () =>
        {
            // Waits for an answer that is being given.
            waiter?.Cancel();
            if (MayAnswer())
                attach.Complete(BrokerError.AcceptTimeout.ToWire());
            else
                endpoint.Detaching();
        });
        link.AddClosedCallback((_, _) => waiter?.Cancel());
        waiter = queue.AcceptSession(SessionIdOf(source.FilterSet[SessionFilter]), endpoint, WaitOf(attach.Attach), (session, refusal) =>
        {
            if (session is null)
            {
                if (MayAnswer())
                    attach.Complete(refusal!.ToWire());
                return;
            }

            endpoint.SessionId = session.SessionId;
            source.FilterSet[SessionFilter] = session.SessionId;
            attach.Attach.Properties ??= [];
            attach.Attach.Properties[LockedUntilProperty] = session.LockedUntil.UtcTicks;
            if (!link.IsClosed && MayAnswer())
                attach.Complete(endpoint, 0);
            else
                queue.ReleaseSession(session.SessionId, endpoint);
        });
    }

    private BrokerError? AttachManagement(AttachContext attach, ConnectionState connection, string path)
    {
        if (!connection.Allows(path, AccessRights.Listen) && !connection.Allows(path, AccessRights.Send))
            return BrokerError.Unauthorized($"Unauthorized access. A token is required on '{path}'.");
        if (entities.Find(path) is not { } entity)
            return BrokerError.NotFound(path);
        var needed = connection.Allows(path, AccessRights.Listen) ? AccessRights.Listen : AccessRights.Send;
        var node = new ManagementNode(entity, connection, context);
        return AttachRequestResponse(attach, connection, path, needed, node.Handle);
    }

    private BrokerError? AttachRequestResponse(AttachContext attach, ConnectionState connection, string path, AccessRights needed, Action<Request> handle)
    {
        var link = attach.Link;
        if (connection.Admit(link, path, needed) is { } refusal)
            return refusal;
        if (link.Role)
        {
            attach.Complete(new RequestEndpoint(connection, handle), context.Limits.SenderCredit);
            return null;
        }

        // The JavaScript client gives the reply link of $cbs no address and names it in reply-to by the link's name.
        var reply = new ReplyEndpoint(link);
        connection.AddReply(reply, (attach.Attach.Target as Target)?.Address, link.Name);
        link.AddClosedCallback((_, _) => connection.RemoveReply(reply));
        attach.Complete(reply, 0);
        return null;
    }

    private static string? SessionIdOf(object? filter) => filter switch
    {
        null => null,
        DescribedValue described => described.Value as string,
        string id => id,
        _ => throw BrokerError.Invalid("A session filter is a session id or null.").ToException(),
    };

    private static TimeSpan WaitOf(Attach attach)
    {
        if (attach.Properties?[TimeoutProperty] is not { } value)
            return DefaultSessionWait;
        var wait = TimeSpan.FromMilliseconds(Convert.ToDouble(value, CultureInfo.InvariantCulture));
        return wait < LongestSessionWait ? wait : LongestSessionWait;
    }
}
