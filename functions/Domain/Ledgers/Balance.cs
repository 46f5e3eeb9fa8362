namespace Marquee.Domain.Ledgers;

/// <summary>The totals of an account in one currency, in minor units; both only ever grow.</summary>
public sealed record Balance(Account Account, Currency Currency, long DebitsMinorUnits, long CreditsMinorUnits)
{
    /// <summary>On the account's normal side: positive is the usual way round.</summary>
    public Money Net => new(
        Account.NormalSide == Side.Debit ? checked(DebitsMinorUnits - CreditsMinorUnits) : checked(CreditsMinorUnits - DebitsMinorUnits),
        Currency);

    public static Balance Empty(Account account, Currency currency) => new(account, currency, 0, 0);

    /// <exception cref="ArgumentException">The entry is for another account or currency.</exception>
    /// <exception cref="OverflowException">The total no longer fits 64 bits.</exception>
    public Balance With(Entry entry)
    {
        if (entry.Account != Account || entry.Amount.Currency != Currency)
        {
            throw new ArgumentException(
                $"An entry on {entry.Account} in {entry.Amount.Currency} does not belong to {Account} in {Currency}.", nameof(entry));
        }

        return entry.Side == Side.Debit
            ? this with { DebitsMinorUnits = checked(DebitsMinorUnits + entry.Amount.MinorUnits) }
            : this with { CreditsMinorUnits = checked(CreditsMinorUnits + entry.Amount.MinorUnits) };
    }
}
