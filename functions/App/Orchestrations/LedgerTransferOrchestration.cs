using Marquee.App.Activities;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Orchestrations;

/// <summary>How a transfer between ledgers ended.</summary>
public enum LedgerTransferState
{
    /// <summary>The money is in the other ledger.</summary>
    Done,

    /// <summary>It never left the first.</summary>
    Refused,

    /// <summary>The other ledger did not take it, and it is back in the first.</summary>
    Returned,
}

/// <param name="Code">Why, unless it is done.</param>
public sealed record LedgerTransferOutcome(LedgerTransferState State, string? Code);

/// <summary>Moves money from one ledger to another: out, then in, or back. Once it is out it ends in the one or the other, whatever fails in between.</summary>
public static class LedgerTransferOrchestration
{
    public const string Name = "LedgerTransfer";

    [Function(Name)]
    public static async Task<LedgerTransferOutcome> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, LedgerTransfer transfer)
    {
        if (await context.CallActivityAsync<string?>(nameof(LedgerTransferActivities.TransferOut), transfer, Retries.Outage) is { } refusal)
            return new LedgerTransferOutcome(LedgerTransferState.Refused, refusal);
        if (await context.CallActivityAsync<string?>(nameof(LedgerTransferActivities.TransferIn), transfer, Retries.Outage) is not { } notTaken)
            return new LedgerTransferOutcome(LedgerTransferState.Done, null);
        return await context.CallActivityAsync<string?>(nameof(LedgerTransferActivities.TransferBack), transfer, Retries.Outage) is { } stuck
            ? throw new InvalidOperationException($"The transfer '{transfer.Id}' can neither go on ({notTaken}) nor back ({stuck}).")
            : new LedgerTransferOutcome(LedgerTransferState.Returned, notTaken);
    }
}
