namespace Marquee.Domain.Ledgers;

/// <summary>The balances of all touched accounts of a ledger, by account code and currency.</summary>
public sealed class TrialBalance
{
    private readonly SortedDictionary<(string Code, string Currency), Balance> _balances = [];

    /// <exception cref="ArgumentException">Two balances of one account and currency.</exception>
    public TrialBalance(IEnumerable<Balance> balances)
    {
        foreach (var balance in balances) _balances.Add(Key(balance.Account, balance.Currency), balance);
    }

    public IReadOnlyCollection<Balance> Balances => _balances.Values;

    /// <summary>Debits = credits in every currency.</summary>
    public bool IsBalanced => _balances.Values
        .GroupBy(balance => balance.Currency)
        .All(group => Sum(group, balance => balance.DebitsMinorUnits) == Sum(group, balance => balance.CreditsMinorUnits));

    /// <summary>An account that no posting touched has the empty balance.</summary>
    public Balance Of(Account account, Currency currency) =>
        _balances.TryGetValue(Key(account, currency), out var balance) ? balance : Balance.Empty(account, currency);

    public Money Debits(Currency currency) => Total(currency, balance => balance.DebitsMinorUnits);

    public Money Credits(Currency currency) => Total(currency, balance => balance.CreditsMinorUnits);

    internal static (string Code, string Currency) Key(Account account, Currency currency) => (account.Code, currency.Code);

    private Money Total(Currency currency, Func<Balance, long> side) =>
        new(checked((long)Sum(_balances.Values.Where(balance => balance.Currency == currency), side)), currency);

    private static Int128 Sum(IEnumerable<Balance> balances, Func<Balance, long> side)
    {
        Int128 sum = 0;
        foreach (var balance in balances) sum += side(balance);
        return sum;
    }
}
