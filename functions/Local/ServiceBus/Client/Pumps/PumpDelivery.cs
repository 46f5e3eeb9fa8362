namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>Messages for a handler, and the receiver with which to settle them.</summary>
/// <param name="Receiver">The receiver that got the messages; a <see cref="ServiceBusSessionReceiver"/> when a <see cref="SessionPump"/> calls.</param>
/// <param name="Messages">At least one, at most as many as the options let.</param>
internal sealed record PumpDelivery(ServiceBusReceiver Receiver, IReadOnlyList<ServiceBusReceivedMessage> Messages)
{
    /// <summary>When set by the handler of a session, the session is let go once the handler returns.</summary>
    internal bool ReleaseSession { get; set; }
}

/// <summary>Something failed in a pump. The pump goes on.</summary>
/// <param name="Source">Where.</param>
/// <param name="Exception">What.</param>
/// <param name="EntityPath">Of which entity.</param>
internal sealed record PumpError(ServiceBusErrorSource Source, Exception Exception, string EntityPath);

/// <summary>
/// Called by a pump. It settles the messages itself, with <see cref="PumpDelivery.Receiver"/>. When it throws, the pump reports the error
/// and abandons what the handler has not settled; when it returns, what is not settled stays locked until its lock expires.
/// </summary>
/// <param name="delivery">The messages.</param>
/// <param name="cancellationToken">Cancelled when the pump's patience at stopping ends, or (sessions) when the session's lock is lost.</param>
internal delegate Task PumpHandler(PumpDelivery delivery, CancellationToken cancellationToken);
