using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Sales;

/// <summary>
/// Facts in, postings out. The id of a posting comes from its business key, so that the same fact twice is the same posting:
/// <c>sale/{order}</c>, <c>capture/{order}</c>, <c>forward-declined/{order}</c>, <c>split/{rules version}</c>, <c>transfer/{party}</c>.
/// </summary>
public static class SaleAccounting
{
    /// <summary>Paid at the till: clearing and cash against proceeds, tax and tips, and the fee that the processor kept.</summary>
    /// <exception cref="InvalidSaleException">The sale breaks <see cref="SaleRules.Check"/> or was approved offline.</exception>
    public static Posting OnlineSale(SaleApproved sale, TaxTable taxes, DateTimeOffset effectiveAt)
    {
        Require(sale, taxes, ApprovalMode.Online);
        return new Posting(SaleId(sale.OrderId), effectiveAt, CaptureEntries(sale, Fees(sale), Cash(sale), taxes), $"Sale {sale.OrderId}");
    }

    /// <summary>Approved at the till without the processor: at risk, and neither proceeds nor tax nor tip until it is captured.</summary>
    /// <exception cref="InvalidSaleException">The sale breaks <see cref="SaleRules.Check"/> or was approved online.</exception>
    public static Posting OfflineSale(SaleApproved sale, TaxTable taxes, DateTimeOffset effectiveAt)
    {
        Require(sale, taxes, ApprovalMode.Offline);
        return new Posting(
            SaleId(sale.OrderId),
            effectiveAt,
            [Entry.Debit(Account.OfflineAtRisk, sale.Total), Entry.Credit(Account.OfflineDeferred, sale.Total)],
            $"Sale {sale.OrderId}, approved offline");
    }

    /// <summary>The processor took the forwarded sale: the risk is off, and the money is booked as if it had been online.</summary>
    /// <exception cref="InvalidSaleException">The original breaks <see cref="SaleRules.Check"/> or was approved online, or the fee is
    /// wrong.</exception>
    public static Posting OfflineCaptured(SaleApproved original, ProcessorReceipt receipt, TaxTable taxes, DateTimeOffset effectiveAt)
    {
        Require(original, taxes, ApprovalMode.Offline);
        if (SaleRules.CheckFee(receipt.Fee, original.Total.Currency) is { } fault) throw new InvalidSaleException(original.OrderId, fault);

        return new Posting(
            $"capture/{original.OrderId}",
            effectiveAt,
            [
                Entry.Debit(Account.OfflineDeferred, original.Total),
                Entry.Credit(Account.OfflineAtRisk, original.Total),
                .. CaptureEntries(original, receipt.Fee, Money.Zero(receipt.Fee.Currency), taxes),
            ],
            $"Offline sale {original.OrderId} captured",
            resolves: SaleId(original.OrderId));
    }

    /// <summary>
    /// The processor declined the forwarded sale: the goods are gone, the customer owes the total, and the deferred side stays until it
    /// is paid or written off.
    /// </summary>
    public static Posting OfflineDeclined(SaleApproved original, DateTimeOffset effectiveAt) => new(
        DeclinedId(original.OrderId),
        effectiveAt,
        [Entry.Debit(Account.CustomerDebt, original.Total), Entry.Credit(Account.OfflineAtRisk, original.Total)],
        $"Offline sale {original.OrderId} declined when forwarded",
        resolves: SaleId(original.OrderId));

    /// <summary>
    /// Empties proceeds, fees and tips into commission and what the parties are owed. Null when there is nothing to divide.
    /// </summary>
    public static Posting? SplitPosted(SplitResult split, DateTimeOffset effectiveAt)
    {
        var basis = split.Basis;
        List<Entry> entries = [];
        EntryList.Add(entries, Account.EventProceeds, Side.Debit, basis.Proceeds);
        EntryList.Add(entries, Account.TipsPayable, Side.Debit, basis.Tips);
        EntryList.Add(entries, Account.ProcessorFees, Side.Credit, basis.Fees);
        EntryList.Add(entries, Account.PlatformCommission, Side.Credit, split.Commission);
        foreach (var party in split.Parties)
        {
            EntryList.Add(entries, Account.Payable(party.PartyId), Side.Credit, party.Share);
            EntryList.Add(entries, Account.Payable(party.PartyId), Side.Credit, party.Tips);
        }

        return entries.Count == 0
            ? null
            : new Posting(SplitId(split.RulesVersion), effectiveAt, entries, $"Split by rules version {split.RulesVersion}");
    }

    /// <summary>
    /// The processor moved a party's money to the party's own account there. The amount is positive: who is owed nothing gets no
    /// transfer.
    /// </summary>
    public static Posting Transferred(string partyId, Money amount, string transferId, DateTimeOffset effectiveAt) => new(
        $"transfer/{partyId}",
        effectiveAt,
        [Entry.Debit(Account.Payable(partyId), amount), Entry.Credit(Account.ProcessorClearing, amount)],
        $"Transfer {transferId} to {partyId}");

    /// <summary>The id of the posting of a sale, online or offline.</summary>
    public static string SaleId(string orderId) => $"sale/{orderId}";

    /// <summary>The posting that makes an offline sale a debt.</summary>
    public static string DeclinedId(string orderId) => $"forward-declined/{orderId}";

    /// <summary>The id of the posting of a split; one per version of an event's rules.</summary>
    public static string SplitId(int rulesVersion) => $"split/{rulesVersion}";

    private static List<Entry> CaptureEntries(SaleApproved sale, Money fee, Money cash, TaxTable taxes)
    {
        var tax = new Money(IncludedTax.Of(sale.Lines, taxes), sale.Total.Currency);
        List<Entry> entries = [];
        EntryList.Add(entries, Account.ProcessorClearing, Side.Debit, sale.Total - cash);
        EntryList.Add(entries, Account.CashOnHand, Side.Debit, cash);
        EntryList.Add(entries, Account.EventProceeds, Side.Credit, sale.Total - sale.Tip - tax);
        EntryList.Add(entries, Account.TaxPayable, Side.Credit, tax);
        EntryList.Add(entries, Account.TipsPayable, Side.Credit, sale.Tip);
        EntryList.Add(entries, Account.ProcessorFees, Side.Debit, fee);
        EntryList.Add(entries, Account.ProcessorClearing, Side.Credit, fee);
        return entries;
    }

    private static Money Fees(SaleApproved sale) => sale.Tenders is { } tenders
        ? tenders.Aggregate(Money.Zero(sale.Total.Currency), (sum, tender) => tender.Receipt is { } receipt ? sum + receipt.Fee : sum)
        : sale.Receipt!.Fee;

    private static Money Cash(SaleApproved sale) => (sale.Tenders ?? [])
        .Where(tender => tender.Kind == TenderKind.Cash)
        .Aggregate(Money.Zero(sale.Total.Currency), (sum, tender) => sum + tender.Amount);

    private static void Require(SaleApproved sale, TaxTable taxes, ApprovalMode mode)
    {
        if (SaleRules.Check(sale, taxes) is { } fault) throw new InvalidSaleException(sale.OrderId, fault);
        if (sale.Mode != mode) throw new InvalidSaleException(sale.OrderId, mode == ApprovalMode.Online
            ? SaleFault.ReceiptMissing
            : SaleFault.ReceiptUnexpected);
    }
}
