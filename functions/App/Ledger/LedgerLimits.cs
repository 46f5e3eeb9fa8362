using Marquee.App.Storage;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>
/// What bounds a group of changes. Azure's own limits: https://learn.microsoft.com/azure/storage/tables/scalability-targets
/// </summary>
public static class LedgerLimits
{
    /// <summary>Of an entity-group transaction. Azurite mangles its answer to the 101st, so it is held here.</summary>
    public const int MaxOperations = 100;

    /// <summary>Of an entity-group transaction, as it travels.</summary>
    public const int MaxTransactionBytes = 4 * 1024 * 1024;

    /// <summary>A block is one row.</summary>
    public const int MaxBlockBytes = Parts.MaxBytes;

    /// <summary>Headers, keys and URL of one operation, generously.</summary>
    public const int OperationBytes = 2 * 1024;

    /// <summary>Head and block are in every transaction.</summary>
    public const int FixedOperations = 2;

    /// <summary>Changes that wait for one ledger in this process; the next is refused with <see cref="LedgerBusyException"/>.</summary>
    public const int MaxQueued = 1024;

    /// <summary>A change that meets other writers this often in a row is refused with <see cref="LedgerBusyException"/>.</summary>
    public const int MaxAttempts = 50;

    /// <summary>Ledgers whose balances this process remembers; beyond it the idle ones are forgotten.</summary>
    public const int MaxLedgers = 512;
}

/// <summary>The ledger is written to more than it can take. Nothing of the change is stored: come again later.</summary>
public sealed class LedgerBusyException(string ledgerId) : Exception($"The ledger of '{ledgerId}' is busy.");

/// <summary>Two different postings under one id: a bug in what derives the id, and a stop for the money behind it.</summary>
public sealed class LedgerClashException(string ledgerId, string postingId)
    : Exception($"The ledger of '{ledgerId}' holds another posting under '{postingId}'.");

/// <summary>The ledger does not take the posting, now or later, and nothing of what came with it is stored.</summary>
public sealed class LedgerRefusedException(string ledgerId, string postingId, LedgerRefusal refusal)
    : Exception($"The ledger of '{ledgerId}' refuses '{postingId}': {refusal}.")
{
    public string PostingId { get; } = postingId;

    public LedgerRefusal Refusal { get; } = refusal;

    /// <summary>Stable, for problem details and dead letters.</summary>
    public string Code => Refusal switch
    {
        LedgerRefusal.PeriodClosed => "period_closed",
        LedgerRefusal.BelowFloor => "below_floor",
        LedgerRefusal.AlreadyResolved => "already_resolved",
        LedgerRefusal.UnknownPending => "unknown_pending",
        LedgerRefusal.PendingExpired => "pending_expired",
        LedgerRefusal.NotWhatWasPending => "not_what_was_pending",
        LedgerRefusal.UnknownOriginal => "unknown_original",
        _ => "amount_too_large",
    };
}
