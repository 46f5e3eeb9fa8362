using System.Runtime.CompilerServices;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>
/// Receiver-settle-mode second: the receiver states an outcome, the broker stores it and settles. The AMQP library reports the broker's
/// answer (<see cref="EventId.DeliveryStateChanged"/>) but its public calls settle in the same breath, which would make a completed
/// message one whose completion may be lost. The call it has for this is internal: it is reached here, and nowhere else.
/// </summary>
internal static class PeekLockSettlement
{
    internal static void StateOutcome(Session session, Message message, DeliveryState outcome) =>
        DisposeDelivery(session, role: true, DeliveryOf(message), outcome, settled: false);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Delivery")]
    [return: UnsafeAccessorType("Amqp.Delivery, Amqp.Net")]
    private static extern object DeliveryOf(Message message);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "DisposeDelivery")]
    private static extern void DisposeDelivery(
        Session session,
        bool role,
        [UnsafeAccessorType("Amqp.Delivery, Amqp.Net")] object delivery,
        DeliveryState state,
        bool settled);
}
