namespace Marquee.Domain.Ledgers;

/// <summary>Something that is wrong with a ledger.</summary>
public abstract record LedgerDifference;

/// <summary>A stored balance is not the fold of the journal.</summary>
public sealed record BalanceMismatch(Balance Stored, Balance Folded) : LedgerDifference;

/// <summary>The journal touched an account that has no stored balance.</summary>
public sealed record BalanceMissing(Balance Folded) : LedgerDifference;

/// <summary>A stored balance of an account that no posting touched.</summary>
public sealed record BalanceWithoutPostings(Balance Stored) : LedgerDifference;

/// <summary>The journal holds one id more than once.</summary>
public sealed record DuplicatePosting(string PostingId) : LedgerDifference;

/// <summary>A posting corrects or resolves one that the journal does not hold.</summary>
public sealed record UnknownReference(string PostingId, string ReferredId) : LedgerDifference;

/// <summary>A pending posting has more than one outcome.</summary>
public sealed record ResolvedTwice(string PendingId, IReadOnlyList<string> PostingIds) : LedgerDifference;

/// <summary>Compares a ledger's stored balances with its journal, and the journal with its own rules.</summary>
public static class LedgerProof
{
    /// <returns>Nothing when the ledger holds; otherwise every difference.</returns>
    public static IReadOnlyList<LedgerDifference> Verify(IReadOnlyList<Posting> postings, IEnumerable<Balance> balances) =>
        [.. JournalFaults(postings), .. BalanceFaults(LedgerFold.Fold(postings), new TrialBalance(balances))];

    private static IEnumerable<LedgerDifference> JournalFaults(IReadOnlyList<Posting> postings)
    {
        var byId = postings.ToLookup(posting => posting.Id, StringComparer.Ordinal);
        foreach (var group in byId.Where(group => group.Count() > 1)) yield return new DuplicatePosting(group.Key);

        foreach (var posting in postings)
        {
            foreach (var referred in new[] { posting.Corrects, posting.Resolves })
                if (referred is not null && !byId.Contains(referred)) yield return new UnknownReference(posting.Id, referred);
        }

        var resolving = postings.Where(posting => posting.Resolves is not null)
            .GroupBy(posting => posting.Resolves!, posting => posting.Id, StringComparer.Ordinal);
        foreach (var group in resolving.Where(group => group.Distinct(StringComparer.Ordinal).Count() > 1))
            yield return new ResolvedTwice(group.Key, [.. group]);
    }

    private static IEnumerable<LedgerDifference> BalanceFaults(TrialBalance folded, TrialBalance stored)
    {
        var storedKeys = stored.Balances.Select(balance => TrialBalance.Key(balance.Account, balance.Currency)).ToHashSet();
        var foldedKeys = folded.Balances.Select(balance => TrialBalance.Key(balance.Account, balance.Currency)).ToHashSet();

        foreach (var expected in folded.Balances)
        {
            var actual = stored.Of(expected.Account, expected.Currency);
            if (!storedKeys.Contains(TrialBalance.Key(expected.Account, expected.Currency))) yield return new BalanceMissing(expected);
            else if (actual != expected) yield return new BalanceMismatch(actual, expected);
        }

        foreach (var extra in stored.Balances.Where(balance => !foldedKeys.Contains(TrialBalance.Key(balance.Account, balance.Currency))))
            yield return new BalanceWithoutPostings(extra);
    }
}
