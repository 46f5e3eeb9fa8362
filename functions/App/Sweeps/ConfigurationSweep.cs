using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.Domain;

namespace Marquee.App.Sweeps;

/// <summary>Tells PoPs again what they have not confirmed, for the command that the bus dropped after its time to live or a PoP that lost its disk.</summary>
public sealed class ConfigurationSweep(EventStore events, ConfigurationPublisher publisher)
{
    [Function(nameof(ConfigurationSweep))]
    public async Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await foreach (var document in events.ListAsync(cancellationToken))
        {
            if (document.Phase is EventPhase.Draft or EventPhase.Settled or EventPhase.Archived)
            {
                continue;
            }

            var pops = await events.PopsAsync(document.Id, cancellationToken);
            if (document.Plan.PopIds.Any(popId => !pops.Any(pop => pop.PopId == popId && pop.AppliedVersion >= document.Version)))
            {
                await publisher.PublishAsync(document, cancellationToken);
            }
        }
    }
}
