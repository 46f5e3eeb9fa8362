using Marquee.App.Provisioning;
using Marquee.App.Storage;

namespace Marquee.App.Sweeps;

/// <summary>Tells PoPs of blocked cards again where the first telling failed, or was lost; and forgets cards that owe nothing any more.</summary>
public sealed class BlockListSweep(BlockListPublisher publisher, BlockListStore store, TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    [Function(nameof(BlockListSweep))]
    public async Task RunAsync([TimerTrigger("45 */5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync(cancellationToken);
        await store.ForgetAsync(time.GetUtcNow() - Memory, cancellationToken);
    }
}
