namespace Marquee.Domain.Ledgers;

/// <summary>What the balances of a journal are, computed from nothing but its postings.</summary>
public static class LedgerFold
{
    /// <summary>Each posting counts as often as it is given; <see cref="LedgerProof"/> finds the one that is there twice.</summary>
    /// <exception cref="OverflowException">A total no longer fits 64 bits.</exception>
    public static TrialBalance Fold(IEnumerable<Posting> postings)
    {
        var balances = new Dictionary<(string, string), Balance>();
        foreach (var entry in postings.SelectMany(posting => posting.Entries))
        {
            var key = TrialBalance.Key(entry.Account, entry.Amount.Currency);
            balances[key] = balances.GetValueOrDefault(key, Balance.Empty(entry.Account, entry.Amount.Currency)).With(entry);
        }

        return new TrialBalance(balances.Values);
    }
}
