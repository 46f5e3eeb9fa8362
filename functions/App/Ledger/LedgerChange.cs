using Azure.Data.Tables;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>What to do about a posting of a period that is closed.</summary>
public enum LatePosting
{
    Refuse,

    /// <summary>Book it in the first moment that is open: the money is real, and the period stays closed.</summary>
    CarryForward,
}

/// <summary>A posting of a change, with the pending posting that it resolves, if it resolves one.</summary>
internal sealed record ChangePosting(Posting Posting, byte[] Digest, Posting? Pending);

/// <summary>
/// What one caller wants done to a ledger, all or nothing: postings, and rows beside them under the conditions under which they were read.
/// It is done in one transaction with the changes of others.
/// </summary>
internal sealed class LedgerChange(IReadOnlyList<ChangePosting> postings, IReadOnlyList<TableTransactionAction> rows, LatePosting late, DateTimeOffset? closesThrough = null)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private List<ChangePosting> _postings = [.. postings];

    /// <summary>Those that are not in the ledger yet, as far as is known.</summary>
    public IReadOnlyList<ChangePosting> Postings => _postings;

    public IReadOnlyList<TableTransactionAction> Rows { get; } = rows;

    public LatePosting Late { get; } = late;

    /// <summary>Closes the time before this, once done.</summary>
    public DateTimeOffset? ClosesThrough { get; } = closesThrough;

    /// <summary>How often it has met another writer.</summary>
    public int Attempts { get; set; }

    /// <summary>It was in a group that the service refused for a reason of its own, so it goes by itself.</summary>
    public bool IsSuspect { get; set; }

    public bool IsEmpty => _postings.Count == 0 && Rows.Count == 0 && ClosesThrough is null;

    /// <summary>Whoever asked for it does not wait any more.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>True once it is stored; false when a row of it was changed by somebody else, and nothing is stored.</summary>
    public Task<bool> Done => _done.Task;

    public bool WasKnown(string postingId) => _known.Contains(postingId);

    public void Abandon() => IsAbandoned = true;

    /// <summary>The ledger has this posting already; the rest is still to be done.</summary>
    public void Know(string postingId)
    {
        _known.Add(postingId);
        _postings = [.. _postings.Where(one => one.Posting.Id != postingId)];
    }

    public void Complete() => _done.TrySetResult(true);

    public void RowChanged() => _done.TrySetResult(false);

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
