namespace Marquee.Local.ServiceBus.Wire;

internal sealed class InboundDelivery;
