using Marquee.App.Storage;
using Marquee.Domain.Contracts;

namespace Marquee.App.Provisioning;

/// <summary>
/// Sends an event's PoPs what they need to play it. The whole configuration goes each time under the event's version, so that a lost, late or
/// doubled command does no harm.
/// </summary>
public sealed class ConfigurationPublisher(EventStore events, CommandSender commands, TimeProvider time)
{
    public async Task PublishAsync(EventDocument document, CancellationToken cancellationToken)
    {
        var products = await events.ProductsAsync(document.Id, cancellationToken);
        foreach (var popId in document.Plan.PopIds)
        {
            var command = new EdgeCommand
            {
                PopId = popId,
                Key = $"event/{document.Id}",
                Version = document.Version,
                IssuedAt = time.GetUtcNow(),
                Body = document.Plan.ConfigurationFor(popId, document.Phase, products),
            };
            await commands.SendAsync(command, "configure-event", cancellationToken);
        }
    }
}
