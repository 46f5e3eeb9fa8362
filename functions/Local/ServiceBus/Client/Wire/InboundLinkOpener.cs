using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Attaches receiving links.</summary>
internal static class InboundLinkOpener
{
    /// <summary>Beyond the wait the broker was asked for, how long its answer may take.</summary>
    private static readonly TimeSpan AnswerSlack = TimeSpan.FromSeconds(5);

    /// <summary>Attaches to an entity.</summary>
    internal static async Task<InboundLink> OpenAsync(
        BrokerConnection broker,
        string entityPath,
        ServiceBusReceiveMode receiveMode,
        InboundQueue queue,
        CancellationToken cancellationToken)
    {
        var source = new Source { Address = entityPath };
        var opened = await AttachAsync(broker, entityPath, receiveMode, source, null, cancellationToken).ConfigureAwait(false);
        return new InboundLink(opened, queue, broker.TimeProvider);
    }

    /// <summary>Attaches to a session, which the broker locks for the link.</summary>
    /// <exception cref="ServiceBusException">The session is held by another, or none became free within the wait.</exception>
    internal static async Task<InboundLink> OpenSessionAsync(
        BrokerConnection broker,
        string entityPath,
        ServiceBusReceiveMode receiveMode,
        InboundQueue queue,
        SessionHold hold,
        TimeSpan wait,
        CancellationToken cancellationToken)
    {
        // The value is the session's id, or null for the next one.
        var filter = new Map { [new Symbol(WireNames.SessionFilter)] = hold.WantedId };
        var source = new Source { Address = entityPath, FilterSet = filter };
        var properties = new Fields
        {
            [new Symbol(WireNames.Timeout)] = (uint)Math.Min(wait.TotalMilliseconds, uint.MaxValue),
        };
        using var deadline = new CancellationTokenSource(wait + AnswerSlack, broker.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var opened = await AttachAsync(broker, entityPath, receiveMode, source, properties, either.Token).ConfigureAwait(false);
            hold.Id = (opened.Remote.Source as Source)?.FilterSet?[new Symbol(WireNames.SessionFilter)] as string
                ?? throw new ServiceBusException(isTransient: false, "The broker did not say which session it locked.", entityPath);
            if (opened.Remote.Properties?[new Symbol(WireNames.LockedUntilUtc)] is long ticks)
                hold.LockedUntil = new DateTimeOffset(ticks, TimeSpan.Zero);
            return new InboundLink(opened, queue, broker.TimeProvider);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceBusException("The broker did not answer in time.", ServiceBusFailureReason.ServiceTimeout, entityPath, exception);
        }
    }

    private static async Task<OpenedLink<ReceiverLink>> AttachAsync(
        BrokerConnection broker,
        string entityPath,
        ServiceBusReceiveMode receiveMode,
        Source source,
        Fields? properties,
        CancellationToken cancellationToken)
    {
        var live = await broker.GetAsync(cancellationToken).ConfigureAwait(false);
        await live.AdmitAsync(entityPath, cancellationToken).ConfigureAwait(false);
        var locks = receiveMode == ServiceBusReceiveMode.PeekLock;
        var attach = new Attach
        {
            Source = source,
            Target = new Target(),
            SndSettleMode = locks ? SenderSettleMode.Unsettled : SenderSettleMode.Settled,
            RcvSettleMode = locks ? ReceiverSettleMode.Second : ReceiverSettleMode.First,
            Properties = properties,
        };
        return await OpenedLink<ReceiverLink>.AttachAsync(
            live,
            entityPath,
            (session, onAttached) => new ReceiverLink(session, live.NextLinkName(entityPath), attach, onAttached),
            cancellationToken).ConfigureAwait(false);
    }
}
