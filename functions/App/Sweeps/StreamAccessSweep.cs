using Marquee.App.Provisioning;

namespace Marquee.App.Sweeps;

/// <summary>
/// Tells every relay again which tokens count: for keys that are new in the settings, a PoP that is new, and a command that the bus dropped.
/// </summary>
public sealed class StreamAccessSweep(StreamAccessPublisher publisher)
{
    [Function(nameof(StreamAccessSweep))]
    public Task RunAsync([TimerTrigger("30 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => publisher.PublishAsync(cancellationToken);
}
