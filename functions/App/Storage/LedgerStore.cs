using Azure;
using Azure.Data.Tables;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Storage;

/// <summary>The ledgers of all events: append-only postings, their balances kept in the same transaction.</summary>
public sealed class LedgerStore(MarqueeTables tables, TimeProvider time)
{
    /// <summary>Two PoPs and an orchestration write one ledger; a writer that loses this often in a row is up against a bug.</summary>
    private const int MaxAttempts = 50;

    private const int MaxSnapshotAttempts = 10;

    private readonly TableClient _table = tables.Ledger;

    /// <summary>Runs <paramref name="change"/> on the event's ledger and stores what it collects; when another writer was first, again on what that one left.</summary>
    public async Task<T> WriteAsync<T>(string eventId, Func<LedgerBook, Task<T>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var book = new LedgerBook(_table, eventId, time);
            var result = await change(book);
            try
            {
                await book.SaveAsync(cancellationToken);
                return result;
            }
            catch (RequestFailedException failure) when (failure.IsConflict() && attempt < MaxAttempts)
            {
                // Writers of one ledger are few and quick; a short, growing pause lets the others finish.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 * attempt, 100)), time, cancellationToken);
            }
        }
    }

    public async Task<TrialBalance> BalancesAsync(string eventId, CancellationToken cancellationToken)
    {
        var balances = new List<Balance>();
        await foreach (var row in _table.WithPrefixAsync(eventId, LedgerKeys.Balances, cancellationToken))
        {
            balances.Add(LedgerKeys.ReadBalance(row));
        }

        return new TrialBalance(balances);
    }

    /// <summary>A ledger's journal and balances as they stood at one moment, for statements and proofs.</summary>
    /// <returns>Null when the ledger is written to so often that no such moment was found: ask again.</returns>
    public async Task<(IReadOnlyList<Posting> Postings, TrialBalance Balances)?> SnapshotAsync(string eventId, CancellationToken cancellationToken)
    {
        var before = await BalancesAsync(eventId, cancellationToken);
        for (var attempt = 1; attempt <= MaxSnapshotAttempts; attempt++)
        {
            // No transaction spans a query, but totals only ever grow: the same balances before and after mean nothing was booked in between.
            var postings = await _table.ReadAllAsync<Posting>(eventId, LedgerKeys.Postings, cancellationToken);
            var after = await BalancesAsync(eventId, cancellationToken);
            if (before.Balances.SequenceEqual(after.Balances))
            {
                return (postings, after);
            }

            before = after;
        }

        return null;
    }

    public async Task<Posting?> FindPostingAsync(string eventId, string postingId, CancellationToken cancellationToken) =>
        (await _table.FindAsync(eventId, LedgerKeys.Posting(postingId), cancellationToken))?.Read<Posting>();

    public Task<IReadOnlyList<SaleDocument>> SalesAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<SaleDocument>(eventId, LedgerKeys.Sales, cancellationToken);
}
