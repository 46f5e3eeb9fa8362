namespace Marquee.Domain.Ledgers;

/// <summary>Why money cannot move from one ledger to another as asked.</summary>
public enum LedgerTransferFault
{
    InvalidId,
    SameLedger,
    AmountNotPositive,

    /// <summary>One of the two is an asset and the other a liability, or one is the account of transfers itself.</summary>
    AccountsDoNotFit,
    ReasonTooLong,
}

/// <summary>
/// Money that goes from an account of one ledger to an account of another. No transaction spans two ledgers, so it goes in two postings, each
/// against <see cref="Account.LedgerTransfers"/>: out of the one, then into the other, or back if the other does not take it.
/// </summary>
public sealed record LedgerTransfer(string Id, string FromLedger, Account FromAccount, string ToLedger, Account ToAccount, Money Amount, string Reason)
{
    public const int MaxReason = 200;

    public string OutId => $"ledger-transfer/{Id}/out";

    public LedgerTransferFault? Check()
    {
        if (!Slug.IsValid(Id)) return LedgerTransferFault.InvalidId;
        if (FromLedger == ToLedger) return LedgerTransferFault.SameLedger;
        if (Amount.MinorUnits <= 0) return LedgerTransferFault.AmountNotPositive;
        if (FromAccount.NormalSide != ToAccount.NormalSide || FromAccount == Account.LedgerTransfers || ToAccount == Account.LedgerTransfers)
            return LedgerTransferFault.AccountsDoNotFit;
        return Reason.Length > MaxReason ? LedgerTransferFault.ReasonTooLong : null;
    }

    /// <summary>Takes the amount out of the one ledger.</summary>
    public Posting Out(DateTimeOffset at) => new(OutId, at, Entries(FromAccount, less: true), $"To {ToLedger}: {Reason}");

    /// <summary>Puts it into the other.</summary>
    public Posting In(DateTimeOffset at) => new($"ledger-transfer/{Id}/in", at, Entries(ToAccount, less: false), $"From {FromLedger}: {Reason}");

    /// <summary>Puts it back where it came from, since the other ledger did not take it.</summary>
    public Posting Back(DateTimeOffset at) => new($"ledger-transfer/{Id}/back", at, Entries(FromAccount, less: false), $"Not taken by {ToLedger}: {Reason}", corrects: OutId);

    private Entry[] Entries(Account account, bool less)
    {
        var debit = (account.NormalSide == Side.Debit) != less;
        return debit
            ? [Entry.Debit(account, Amount), Entry.Credit(Account.LedgerTransfers, Amount)]
            : [Entry.Debit(Account.LedgerTransfers, Amount), Entry.Credit(account, Amount)];
    }
}
