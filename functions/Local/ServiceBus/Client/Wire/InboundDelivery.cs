using Amqp;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>A delivery on a link: what has to be kept to settle it there.</summary>
/// <param name="Link">The link that brought it.</param>
/// <param name="Message">The library's message, which holds its delivery.</param>
internal sealed record InboundDelivery(InboundLink Link, Message Message);
