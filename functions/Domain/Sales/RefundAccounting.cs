using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Sales;

/// <summary>
/// What is undone of a sale, as postings: <c>void/{order}</c>, <c>refund/{order}/{operation}</c>, <c>reversal/{order}/{tender}</c>. Fees do
/// not come back: nothing here credits them.
/// </summary>
public static class RefundAccounting
{
    /// <summary>Taken back before it was forwarded: the risk and what was deferred against it are gone.</summary>
    public static Posting Voided(SaleApproved original, DateTimeOffset effectiveAt) => new(
        $"void/{original.OrderId}",
        effectiveAt,
        [Entry.Debit(Account.OfflineDeferred, original.Total), Entry.Credit(Account.OfflineAtRisk, original.Total)],
        $"Offline sale {original.OrderId} voided",
        resolves: SaleAccounting.SaleId(original.OrderId));

    /// <summary>
    /// Money back to the customer. Before the split it comes out of proceeds, tax and tips; what was <paramref name="divided"/> already
    /// is taken back from commission and parties, who may owe it then.
    /// </summary>
    /// <param name="refund">The fact.</param>
    /// <param name="parts">What it takes back; see <see cref="SaleRemainder.Take"/>.</param>
    /// <param name="divided">The split before and after this refund, or null when nothing is divided yet.</param>
    /// <param name="effectiveAt">When it happened.</param>
    public static Posting Refunded(SaleRefunded refund, RefundParts parts, (SplitResult Before, SplitResult After)? divided, DateTimeOffset effectiveAt)
    {
        List<Entry> entries = [];
        if (divided is { } split) TakeBack(entries, split.Before, split.After);
        else
        {
            EntryList.Add(entries, Account.EventProceeds, Side.Debit, parts.Proceeds);
            EntryList.Add(entries, Account.TipsPayable, Side.Debit, parts.Tips);
        }

        EntryList.Add(entries, Account.TaxPayable, Side.Debit, parts.Tax);
        EntryList.Add(entries, refund.Method == RefundMethod.Cash ? Account.CashOnHand : Account.ProcessorClearing, Side.Credit, refund.Amount);
        return new Posting(RefundId(refund), effectiveAt, entries, $"Refund {refund.OperationId} of sale {refund.OrderId}", corrects: SaleAccounting.SaleId(refund.OrderId));
    }

    /// <summary>The sale was declined when it was forwarded, so nothing goes back: the customer owes less.</summary>
    public static Posting OffDebt(SaleRefunded refund, DateTimeOffset effectiveAt) => new(
        RefundId(refund),
        effectiveAt,
        [Entry.Debit(Account.OfflineDeferred, refund.Amount), Entry.Credit(Account.CustomerDebt, refund.Amount)],
        $"Refund {refund.OperationId} of sale {refund.OrderId}, off its debt",
        corrects: SaleAccounting.SaleId(refund.OrderId));

    /// <summary>A captured payment of a sale that came to nothing was given back whole: only its fee is left. Null when there was none.</summary>
    /// <exception cref="InvalidSaleException">The fee is negative.</exception>
    public static Posting? Reversed(TenderReversed reversal, DateTimeOffset effectiveAt)
    {
        var fee = reversal.Receipt.Fee;
        if (fee.MinorUnits < 0) throw new InvalidSaleException(reversal.OrderId, SaleFault.NegativeFee);
        return fee.MinorUnits == 0
            ? null
            : new Posting(
                FormattableString.Invariant($"reversal/{reversal.OrderId}/{reversal.Tender}"),
                effectiveAt,
                [Entry.Debit(Account.ProcessorFees, fee), Entry.Credit(Account.ProcessorClearing, fee)],
                $"Payment {reversal.Tender} of sale {reversal.OrderId} captured and given back");
    }

    /// <summary>What a drawer held more or less than it should. Null when it was right.</summary>
    public static Posting? DrawerCounted(ShiftClosed shift, DateTimeOffset effectiveAt)
    {
        List<Entry> entries = [];
        EntryList.Add(entries, Account.CashOnHand, Side.Debit, shift.Difference);
        EntryList.Add(entries, Account.CashDifferences, Side.Credit, shift.Difference);
        return entries.Count == 0
            ? null
            : new Posting($"drawer/{shift.TerminalId}/{shift.ShiftId}", effectiveAt, entries, $"Drawer of {shift.TerminalId} counted, shift {shift.ShiftId}");
    }

    public static string RefundId(SaleRefunded refund) => $"refund/{refund.OrderId}/{refund.OperationId}";

    // Both splits are whole computations, so that parts are rounded on the sum of all refunds and never drift with their number.
    private static void TakeBack(List<Entry> entries, SplitResult before, SplitResult after)
    {
        EntryList.Add(entries, Account.PlatformCommission, Side.Debit, before.Commission - after.Commission);
        foreach (var (was, now) in before.Parties.Zip(after.Parties)) EntryList.Add(entries, Account.Payable(was.PartyId), Side.Debit, was.Total - now.Total);
    }
}
