using Marquee.App.Storage;
using Marquee.Domain;

namespace Marquee.App.Sweeps;

/// <summary>Voids pending postings whose time is up, so that what they hold is free again.</summary>
public sealed class LedgerExpirySweep(EventStore events, LedgerStore ledger)
{
    [Function(nameof(LedgerExpirySweep))]
    public async Task RunAsync([TimerTrigger("15 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await ledger.ExpireAsync(LedgerStore.Platform, cancellationToken);
        await foreach (var document in events.ListAsync(cancellationToken))
        {
            if (document.Phase is not (EventPhase.Draft or EventPhase.Archived)) await ledger.ExpireAsync(document.Id, cancellationToken);
        }
    }
}
