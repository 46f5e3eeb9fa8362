namespace Marquee.Domain.Ledgers;

/// <summary>Entries of amounts that may be anything: a zero makes none, and a negative amount stands on the other side.</summary>
internal static class EntryList
{
    public static void Add(List<Entry> entries, Account account, Side side, Money amount)
    {
        if (amount.MinorUnits > 0) entries.Add(new Entry(account, side, amount));
        else if (amount.MinorUnits < 0) entries.Add(new Entry(account, side == Side.Debit ? Side.Credit : Side.Debit, -amount));
    }
}
