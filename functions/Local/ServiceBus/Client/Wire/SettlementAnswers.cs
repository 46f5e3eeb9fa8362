using System.Collections.Concurrent;
using Amqp;
using Amqp.Handler;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Hands the broker's answers to stated outcomes to the links whose messages they are about.</summary>
internal sealed class SettlementAnswers : IHandler
{
    private readonly ConcurrentDictionary<Link, InboundLink> _links = new();

    internal void Add(Link link, InboundLink receiver) => _links[link] = receiver;

    internal void Remove(Link link) => _links.TryRemove(link, out _);

    public bool CanHandle(EventId id) => id == EventId.DeliveryStateChanged;

    public void Handle(Event protocolEvent)
    {
        if (protocolEvent.Context is IDelivery delivery && _links.TryGetValue(protocolEvent.Link, out var receiver))
            receiver.OnAnswer(delivery);
    }
}
