using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Activities;

/// <summary>
/// The steps of a transfer between ledgers. Each may be repeated: a ledger knows its postings by id. Each answers null when its posting is
/// booked, or the code of the refusal, which no retry will change.
/// </summary>
public sealed class LedgerTransferActivities(EventStore events, LedgerStore ledger, TimeProvider time)
{
    [Function(nameof(TransferOut))]
    public Task<string?> TransferOut([ActivityTrigger] LedgerTransfer transfer, CancellationToken cancellationToken) =>
        PostAsync(transfer.FromLedger, transfer.Out(time.GetUtcNow()), cancellationToken);

    [Function(nameof(TransferIn))]
    public Task<string?> TransferIn([ActivityTrigger] LedgerTransfer transfer, CancellationToken cancellationToken) =>
        PostAsync(transfer.ToLedger, transfer.In(time.GetUtcNow()), cancellationToken);

    [Function(nameof(TransferBack))]
    public Task<string?> TransferBack([ActivityTrigger] LedgerTransfer transfer, CancellationToken cancellationToken) =>
        PostAsync(transfer.FromLedger, transfer.Back(time.GetUtcNow()), cancellationToken);

    private async Task<string?> PostAsync(string ledgerId, Posting posting, CancellationToken cancellationToken)
    {
        if (ledgerId != LedgerStore.Platform && await events.FindAsync(ledgerId, cancellationToken) is null) return "unknown_ledger";
        try
        {
            await ledger.PostAsync(ledgerId, posting, cancellationToken, LatePosting.CarryForward);
            return null;
        }
        catch (LedgerRefusedException refused)
        {
            return refused.Code;
        }
        catch (LedgerClashException)
        {
            return "ledger_clash";
        }
    }
}
