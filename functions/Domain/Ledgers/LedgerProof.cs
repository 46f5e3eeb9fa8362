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

/// <summary>A posting corrects or resolves one that the journal did not hold before it.</summary>
public sealed record UnknownReference(string PostingId, string ReferredId) : LedgerDifference;

/// <summary>A pending posting has more than one outcome.</summary>
public sealed record ResolvedTwice(string PendingId, IReadOnlyList<string> PostingIds) : LedgerDifference;

/// <summary>A posting releases something else than the pending posting held that it resolves.</summary>
public sealed record WrongRelease(string PostingId, string PendingId) : LedgerDifference;

/// <summary>The journal is not as it was written: a block is missing, changed or out of its place.</summary>
/// <param name="Sequence">Of the first posting from which on the chain does not hold.</param>
public sealed record ChainBroken(long Sequence) : LedgerDifference;

/// <summary>The journal does not say any more what it said when the period was closed.</summary>
public sealed record PeriodChanged(DateTimeOffset Through) : LedgerDifference;

/// <summary>Compares a ledger's stored balances with its journal, and the journal with its own rules.</summary>
public static class LedgerProof
{
    /// <param name="postings">In the order in which they were recorded.</param>
    /// <returns>Nothing when the ledger holds; otherwise the differences.</returns>
    public static IReadOnlyList<LedgerDifference> Verify(IEnumerable<Posting> postings, IEnumerable<Balance> balances)
    {
        var verifier = new LedgerVerifier();
        foreach (var posting in postings) verifier.Add(posting);
        return verifier.Finish(balances);
    }
}
