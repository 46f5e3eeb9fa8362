using Marquee.Domain.Ledgers;

namespace Marquee.Domain.Sales;

/// <summary>
/// A captured sale that its customer's bank takes back: amount and fee go at once, and are given back if it is won. Ids:
/// <c>dispute/{dispute}</c>, <c>dispute-won/{dispute}</c>, <c>dispute-lost/{dispute}</c>; the last two resolve the first, once.
/// </summary>
public static class DisputeAccounting
{
    public static string OpenedId(string disputeId) => $"dispute/{disputeId}";

    public static Posting Opened(string disputeId, string orderId, Money amount, Money fee, DateTimeOffset effectiveAt)
    {
        List<Entry> entries = [Entry.Debit(Account.Disputed, amount)];
        EntryList.Add(entries, Account.DisputeFees, Side.Debit, fee);
        entries.Add(Entry.Credit(Account.ProcessorClearing, amount + fee));
        return new Posting(OpenedId(disputeId), effectiveAt, entries, $"Dispute of sale {orderId}", corrects: SaleAccounting.SaleId(orderId));
    }

    public static Posting Won(string disputeId, Money amount, Money fee, DateTimeOffset effectiveAt)
    {
        List<Entry> entries = [Entry.Debit(Account.ProcessorClearing, amount + fee), Entry.Credit(Account.Disputed, amount)];
        EntryList.Add(entries, Account.DisputeFees, Side.Credit, fee);
        return new Posting($"dispute-won/{disputeId}", effectiveAt, entries, $"Dispute {disputeId} won", resolves: OpenedId(disputeId));
    }

    /// <param name="bearer">Whose money it was: proceeds before the split, a party's account after it.</param>
    public static Posting Lost(string disputeId, Money amount, Account bearer, DateTimeOffset effectiveAt) => new(
        $"dispute-lost/{disputeId}",
        effectiveAt,
        [Entry.Debit(bearer, amount), Entry.Credit(Account.Disputed, amount)],
        $"Dispute {disputeId} lost",
        resolves: OpenedId(disputeId));
}
