using System.Text.Json.Serialization;

namespace Marquee.Domain.Ledgers;

/// <summary>The totals of an account in one currency, in minor units. What is posted only ever grows; what is pending comes and goes.</summary>
public sealed record Balance(Account Account, Currency Currency, long DebitsMinorUnits, long CreditsMinorUnits)
{
    /// <summary>Held by pending postings, beside what is posted.</summary>
    public long PendingDebitsMinorUnits { get; init; }

    /// <inheritdoc cref="PendingDebitsMinorUnits"/>
    public long PendingCreditsMinorUnits { get; init; }

    /// <summary>On the account's normal side: positive is the usual way round.</summary>
    [JsonIgnore]
    public Money Net => new(
        Account.NormalSide == Side.Debit ? checked(DebitsMinorUnits - CreditsMinorUnits) : checked(CreditsMinorUnits - DebitsMinorUnits),
        Currency);

    /// <summary>What is left of <see cref="Net"/> when every pending posting takes what it holds.</summary>
    [JsonIgnore]
    public Money Available => Net - new Money(Account.NormalSide == Side.Debit ? PendingCreditsMinorUnits : PendingDebitsMinorUnits, Currency);

    [JsonIgnore]
    public bool IsBelowFloor => Account.HasFloor && Available.MinorUnits < 0;

    public static Balance Empty(Account account, Currency currency) => new(account, currency, 0, 0);

    /// <exception cref="ArgumentException">The entry is for another account or currency.</exception>
    /// <exception cref="OverflowException">The total no longer fits 64 bits.</exception>
    public Balance With(Entry entry) => Own(entry).Side == Side.Debit
        ? this with { DebitsMinorUnits = checked(DebitsMinorUnits + entry.Amount.MinorUnits) }
        : this with { CreditsMinorUnits = checked(CreditsMinorUnits + entry.Amount.MinorUnits) };

    /// <inheritdoc cref="With"/>
    public Balance Holding(Entry entry) => Pending(Own(entry).Side, entry.Amount.MinorUnits);

    /// <inheritdoc cref="With"/>
    public Balance Releasing(Entry entry) => Pending(Own(entry).Side, -entry.Amount.MinorUnits);

    private Balance Pending(Side side, long change) => side == Side.Debit
        ? this with { PendingDebitsMinorUnits = checked(PendingDebitsMinorUnits + change) }
        : this with { PendingCreditsMinorUnits = checked(PendingCreditsMinorUnits + change) };

    private Entry Own(Entry entry) => entry.Account == Account && entry.Amount.Currency == Currency
        ? entry
        : throw new ArgumentException($"An entry on {entry.Account} in {entry.Amount.Currency} does not belong to {Account} in {Currency}.", nameof(entry));
}
