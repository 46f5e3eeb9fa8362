using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Sales;

/// <summary>How the debt of a sale that was declined when it was forwarded ends: <c>debt-recovered/{order}</c>, <c>debt-written-off/{order}</c>.</summary>
public static class DebtAccounting
{
    /// <summary>Paid after all: the debt is off, and what is left of the sale is booked as if it had been captured then.</summary>
    /// <param name="recovered">The fact.</param>
    /// <param name="left">What refunds have left of the sale; its total is the debt.</param>
    /// <param name="divided">The split before and after this money, which goes by the same rules; null when nothing is divided yet.</param>
    /// <param name="effectiveAt">When it happened.</param>
    /// <exception cref="InvalidSaleException">The amount is not what is left, or the fee is wrong.</exception>
    public static Posting Recovered(
        DebtRecovered recovered, SaleRemainder left, (SplitResult Before, SplitResult After)? divided, DateTimeOffset effectiveAt)
    {
        Require(recovered.OrderId, recovered.Amount, left);
        var fee = recovered.Receipt.Fee;
        if (SaleRules.CheckFee(fee, recovered.Amount.Currency) is { } fault) throw new InvalidSaleException(recovered.OrderId, fault);
        List<Entry> entries =
        [
            Entry.Debit(Account.OfflineDeferred, recovered.Amount),
            Entry.Credit(Account.CustomerDebt, recovered.Amount),
            Entry.Debit(Account.ProcessorClearing, recovered.Amount),
        ];
        EntryList.Add(entries, Account.ProcessorClearing, Side.Credit, fee);
        EntryList.Add(entries, Account.TaxPayable, Side.Credit, left.Tax);
        EntryList.Add(entries, Account.ProcessorFees, Side.Debit, fee);
        if (divided is { } split) HandOn(entries, split.Before, split.After, fee);
        else
        {
            EntryList.Add(entries, Account.EventProceeds, Side.Credit, left.Proceeds);
            EntryList.Add(entries, Account.TipsPayable, Side.Credit, left.Tips);
        }

        return new Posting(
            $"debt-recovered/{recovered.OrderId}", effectiveAt, entries, $"Debt of sale {recovered.OrderId} paid", resolves: SaleAccounting.DeclinedId(recovered.OrderId));
    }

    /// <summary>Nobody will pay: the debt goes, and what was deferred against it. It never was proceeds, tax or tip, so no party bears it.</summary>
    /// <exception cref="InvalidSaleException">The amount is not what is left.</exception>
    public static Posting WrittenOff(DebtWrittenOff written, SaleRemainder left, DateTimeOffset effectiveAt)
    {
        Require(written.OrderId, written.Amount, left);
        return new Posting(
            $"debt-written-off/{written.OrderId}",
            effectiveAt,
            [Entry.Debit(Account.OfflineDeferred, written.Amount), Entry.Credit(Account.CustomerDebt, written.Amount)],
            $"Debt of sale {written.OrderId} written off",
            resolves: SaleAccounting.DeclinedId(written.OrderId));
    }

    // Straight to commission and parties, by the difference of two whole computations; the fee passes through its account, which tells of all fees.
    private static void HandOn(List<Entry> entries, SplitResult before, SplitResult after, Money fee)
    {
        EntryList.Add(entries, Account.ProcessorFees, Side.Credit, fee);
        EntryList.Add(entries, Account.PlatformCommission, Side.Credit, after.Commission - before.Commission);
        foreach (var (was, now) in before.Parties.Zip(after.Parties)) EntryList.Add(entries, Account.Payable(was.PartyId), Side.Credit, now.Total - was.Total);
    }

    private static void Require(string orderId, Money amount, SaleRemainder left)
    {
        if (amount.Currency != left.Tax.Currency) throw new InvalidSaleException(orderId, SaleFault.MixedCurrencies);
        if (amount.MinorUnits <= 0 || amount != left.Goods + left.Tips) throw new InvalidSaleException(orderId, SaleFault.TotalMismatch);
    }
}
