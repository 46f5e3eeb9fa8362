namespace Marquee.Domain.Ledgers;

/// <summary>What the balances of a journal are, computed from nothing but its postings.</summary>
public sealed class LedgerFold
{
    private readonly Dictionary<(string, string), Balance> _balances = [];

    public TrialBalance Balances => new(_balances.Values);

    /// <summary>Each posting counts as often as it is given; <see cref="LedgerProof"/> finds the one that is there twice.</summary>
    /// <exception cref="OverflowException">A total no longer fits 64 bits.</exception>
    public static TrialBalance Fold(IEnumerable<Posting> postings)
    {
        var fold = new LedgerFold();
        foreach (var posting in postings) fold.Add(posting);
        return fold.Balances;
    }

    /// <exception cref="OverflowException">A total no longer fits 64 bits.</exception>
    public void Add(Posting posting) => Apply(
        posting,
        (account, currency) => _balances.GetValueOrDefault(TrialBalance.Key(account, currency)) ?? Balance.Empty(account, currency),
        balance => _balances[TrialBalance.Key(balance.Account, balance.Currency)] = balance);

    /// <summary>What a posting does to the balances that it touches, wherever they are kept.</summary>
    /// <exception cref="OverflowException">A total no longer fits 64 bits.</exception>
    public static void Apply(Posting posting, Func<Account, Currency, Balance> read, Action<Balance> write)
    {
        foreach (var entry in posting.Released ?? []) write(read(entry.Account, entry.Amount.Currency).Releasing(entry));
        foreach (var entry in posting.Entries)
        {
            var balance = read(entry.Account, entry.Amount.Currency);
            write(posting.Status == PostingStatus.Pending ? balance.Holding(entry) : balance.With(entry));
        }
    }
}
