using Azure.Data.Tables;
using Marquee.App.Ledger;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Storage;

/// <summary>
/// The ledgers of all events and of the platform: append-only postings, their balances kept in the same transaction. Those who write one
/// ledger at the same time share its transactions.
/// </summary>
public sealed class LedgerStore(MarqueeTables tables, TimeProvider time)
{
    /// <summary>The ledger that is no event's: what the platform itself owns and owes. No event can have this id.</summary>
    public const string Platform = "_platform";

    private const int MaxSnapshotAttempts = 10;

    private readonly TableClient _table = tables.Ledger;
    private readonly LedgerWriters _writers = new(tables.Ledger, time);

    /// <summary>
    /// Books a posting. One whose id is in the ledger already changes nothing; so an answer that was lost costs no more than asking again.
    /// </summary>
    /// <returns>False when it was there.</returns>
    /// <exception cref="LedgerClashException">The ledger holds another posting under this id.</exception>
    /// <exception cref="LedgerRefusedException">The ledger cannot take it; see <see cref="LedgerRefusal"/>.</exception>
    /// <exception cref="LedgerBusyException">Too many write this ledger at once.</exception>
    public async Task<bool> PostAsync(string ledgerId, Posting posting, CancellationToken cancellationToken, LatePosting late = LatePosting.Refuse)
    {
        for (var attempt = 1; ; attempt++)
        {
            var book = new LedgerBook(_table, ledgerId) { Late = late };
            await book.AppendAsync(posting, cancellationToken);
            var change = book.Change();
            if (await _writers.Of(ledgerId).WriteAsync(change, cancellationToken)) return !change.WasKnown(posting.Id);
            if (attempt >= LedgerLimits.MaxAttempts) throw new LedgerBusyException(ledgerId);
        }
    }

    /// <summary>Runs <paramref name="change"/> on the ledger and stores what it collects; when another writer was first, again on what that one left.</summary>
    /// <inheritdoc cref="PostAsync" path="/exception"/>
    public async Task<T> WriteAsync<T>(string ledgerId, Func<LedgerBook, Task<T>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var book = new LedgerBook(_table, ledgerId);
            var result = await change(book);
            if (await _writers.Of(ledgerId).WriteAsync(book.Change(), cancellationToken)) return result;
            if (attempt >= LedgerLimits.MaxAttempts) throw new LedgerBusyException(ledgerId);

            // Writers of one row are few and quick; a short, growing pause lets the others finish.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 * attempt, 100)), time, cancellationToken);
        }
    }

    /// <summary>Voids the pending postings whose time is up. Whoever resolves one at the same moment, one of the two wins.</summary>
    /// <returns>How many were voided.</returns>
    public async Task<int> ExpireAsync(string ledgerId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var voided = 0;
        foreach (var pending in (await PendingAsync(ledgerId, cancellationToken)).Where(pending => pending.ExpiresAt <= now))
        {
            try
            {
                var posting = PendingRules.Void(pending, PendingRules.ExpiryId(pending.Id), now, $"{pending.Id} expired");
                if (await PostAsync(ledgerId, posting, cancellationToken)) voided++;
            }
            catch (LedgerRefusedException refused) when (refused.Refusal is LedgerRefusal.AlreadyResolved)
            {
                // Somebody voided it in the meantime.
            }
        }

        return voided;
    }

    /// <summary>The postings that hold amounts and have no outcome yet.</summary>
    public Task<IReadOnlyList<Posting>> PendingAsync(string ledgerId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<Posting>(ledgerId, LedgerKeys.Pendings, cancellationToken);

    public async Task<TrialBalance> BalancesAsync(string ledgerId, CancellationToken cancellationToken)
    {
        var balances = new List<Balance>();
        await foreach (var row in _table.WithPrefixAsync(ledgerId, LedgerKeys.Balances, cancellationToken)) balances.Add(LedgerKeys.ReadBalance(row));
        return new TrialBalance(balances);
    }

    /// <summary>Head and balances as they stood at one moment.</summary>
    /// <returns>Null when the ledger is written to so often that no such moment was found: ask again.</returns>
    public async Task<(LedgerHead Head, TrialBalance Balances)?> MomentAsync(string ledgerId, CancellationToken cancellationToken)
    {
        var before = await HeadAsync(ledgerId, cancellationToken);
        for (var attempt = 1; attempt <= MaxSnapshotAttempts; attempt++)
        {
            // No transaction spans a query, but every change writes the head: the same one before and after means that nothing came in between.
            var balances = await BalancesAsync(ledgerId, cancellationToken);
            var after = await HeadAsync(ledgerId, cancellationToken);
            if (before.Sequence == after.Sequence) return (after, balances);
            before = after;
        }

        return null;
    }

    /// <summary>A ledger's journal and balances as they stood at one moment, for statements and proofs of events of an evening's size.</summary>
    /// <returns>Null when the ledger is written to so often that no such moment was found: ask again.</returns>
    public async Task<(IReadOnlyList<Posting> Postings, TrialBalance Balances)?> SnapshotAsync(string ledgerId, CancellationToken cancellationToken)
    {
        if (await MomentAsync(ledgerId, cancellationToken) is not var (head, balances)) return null;
        var postings = new List<Posting>();
        await foreach (var recorded in LedgerJournal.ReadAsync(_table, ledgerId, 0, head.Sequence, cancellationToken)) postings.Add(recorded.Posting);
        return (postings, balances);
    }

    public async Task<Posting?> FindPostingAsync(string ledgerId, string postingId, CancellationToken cancellationToken) =>
        (await LedgerJournal.FindAsync(_table, ledgerId, postingId, cancellationToken))?.Posting;

    public Task<IReadOnlyList<SaleDocument>> SalesAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<SaleDocument>(eventId, LedgerKeys.Sales, cancellationToken);

    /// <summary>Where the journal ends; <see cref="LedgerHead.Sequence"/> 0 when there is none.</summary>
    public async Task<LedgerHead> HeadAsync(string ledgerId, CancellationToken cancellationToken) =>
        await _table.FindAsync(ledgerId, LedgerKeys.Head, cancellationToken) is { } row ? LedgerHead.Of(row) : LedgerHead.Start(ledgerId);

    /// <summary>The journal's postings in the order in which they were recorded, after one sequence up to another.</summary>
    public IAsyncEnumerable<RecordedPosting> JournalAsync(string ledgerId, long after, long through, CancellationToken cancellationToken) =>
        LedgerJournal.ReadAsync(_table, ledgerId, after, through, cancellationToken);

    /// <summary>The periods that are closed, oldest first.</summary>
    public async Task<IReadOnlyList<ClosedPeriod>> PeriodsAsync(string ledgerId, CancellationToken cancellationToken)
    {
        var periods = new List<ClosedPeriod>();
        await foreach (var row in _table.WithPrefixAsync(ledgerId, LedgerKeys.Periods, cancellationToken)) periods.Add(ClosedPeriod.Of(row));
        return periods;
    }

    internal TableClient Table => _table;

    internal Task<bool> WriteAsync(string ledgerId, LedgerChange change, CancellationToken cancellationToken) =>
        _writers.Of(ledgerId).WriteAsync(change, cancellationToken);
}
