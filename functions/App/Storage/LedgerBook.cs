using Azure;
using Azure.Data.Tables;
using Marquee.App.Ledger;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;

namespace Marquee.App.Storage;

/// <summary>
/// One ledger, opened to change it: collects postings, sales and the facts behind them, to be written in one entity-group transaction.
/// Every row is read once and written under its ETag, so a book that lost a race fails as a whole.
/// </summary>
public sealed class LedgerBook
{
    private readonly TableClient _table;
    private readonly string _ledgerId;
    private readonly Dictionary<string, (SaleDocument? Sale, ETag? Tag)> _sales = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changedSales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChangePosting> _postings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _facts = new(StringComparer.Ordinal);
    private TableEntity? _divisionRow;
    private DivisionDocument? _division;

    internal LedgerBook(TableClient table, string ledgerId) => (_table, _ledgerId) = (table, ledgerId);

    /// <summary>What becomes of postings that took effect in a closed period.</summary>
    public LatePosting Late { get; set; }

    /// <summary>Takes note of a fact. False when its effects are in the ledger already.</summary>
    public async Task<bool> BeginFactAsync(string factId, CancellationToken cancellationToken) =>
        !_facts.Contains(factId) && await _table.FindAsync(_ledgerId, LedgerKeys.Fact(factId), cancellationToken) is null && _facts.Add(factId);

    public async Task<SaleDocument?> FindSaleAsync(string orderId, CancellationToken cancellationToken)
    {
        if (!_sales.TryGetValue(orderId, out var known))
        {
            var row = await _table.FindAsync(_ledgerId, LedgerKeys.Sale(orderId), cancellationToken);
            _sales[orderId] = known = (row?.Read<SaleDocument>(), row?.ETag);
        }

        return known.Sale;
    }

    /// <summary>Sets what is known of a sale. Call <see cref="FindSaleAsync"/> first.</summary>
    public void PutSale(SaleDocument sale)
    {
        var orderId = sale.Sale.OrderId;
        _sales[orderId] = (sale, _sales[orderId].Tag);
        _changedSales.Add(orderId);
    }

    /// <summary>What is divided so far: as noted by the last refund that came after the split, or by the split itself. Null before the split.</summary>
    public async Task<DivisionDocument?> FindDivisionAsync(int rulesVersion, CancellationToken cancellationToken)
    {
        if (_division is not null) return _division;
        _divisionRow = await _table.FindAsync(_ledgerId, LedgerKeys.Division, cancellationToken);
        if (_divisionRow is not null) return _divisionRow.Read<DivisionDocument>();
        var split = await LedgerJournal.FindAsync(_table, _ledgerId, SaleAccounting.SplitId(rulesVersion), cancellationToken);
        return split is null ? null : DivisionDocument.Of(split.Posting);
    }

    /// <summary>Call <see cref="FindDivisionAsync"/> first.</summary>
    public void PutDivision(DivisionDocument division) => _division = division;

    /// <summary>A posting of the ledger, or of this book; null when there is none.</summary>
    public async Task<Posting?> FindPostingAsync(string postingId, CancellationToken cancellationToken) =>
        _postings.GetValueOrDefault(postingId)?.Posting ?? (await LedgerJournal.FindAsync(_table, _ledgerId, postingId, cancellationToken))?.Posting;

    /// <summary>Books a posting. A posting whose id is in the ledger already changes nothing.</summary>
    /// <returns>False when it was there.</returns>
    /// <exception cref="LedgerClashException">The ledger holds another posting under this id.</exception>
    /// <exception cref="LedgerRefusedException">What it corrects or resolves is not there, or has its outcome.</exception>
    public async Task<bool> PostAsync(Posting posting, CancellationToken cancellationToken)
    {
        var existing = _postings.GetValueOrDefault(posting.Id)?.Digest
            ?? (await _table.FindAsync(_ledgerId, LedgerKeys.Posting(posting.Id), cancellationToken))?.GetBinary("Digest");
        if (existing is null) return await AppendAsync(posting, cancellationToken);
        return existing.AsSpan().SequenceEqual(PostingDigest.Of(posting)) ? false : throw new LedgerClashException(_ledgerId, posting.Id);
    }

    /// <summary>The posting that holds amounts under this id and has no outcome yet.</summary>
    public async Task<Posting?> FindPendingAsync(string postingId, CancellationToken cancellationToken) =>
        (await _table.FindAsync(_ledgerId, LedgerKeys.Pending(postingId), cancellationToken))?.Read<Posting>();

    /// <summary>Books a posting without looking whether its id is taken: the transaction will tell.</summary>
    internal async Task<bool> AppendAsync(Posting posting, CancellationToken cancellationToken)
    {
        if (posting.Corrects is { } original) await RequireAsync(posting, original, cancellationToken);
        if (posting.Resolves is { } resolved) await RequireAsync(posting, resolved, cancellationToken);
        var pending = posting is { Resolves: { } id, Released: not null } ? await PendingAsync(posting, id, cancellationToken) : null;
        _postings.Add(posting.Id, new ChangePosting(posting, PostingDigest.Of(posting), pending));
        return true;
    }

    internal LedgerChange Change()
    {
        var rows = new List<TableTransactionAction>();
        rows.AddRange(_facts.Select(fact => Write(new TableEntity(_ledgerId, LedgerKeys.Fact(fact)), null)));
        rows.AddRange(_changedSales.Select(orderId => Write(Rows.Of(_ledgerId, LedgerKeys.Sale(orderId), _sales[orderId].Sale), _sales[orderId].Tag)));
        if (_division is not null) rows.Add(Write(Rows.Of(_ledgerId, LedgerKeys.Division, _division), _divisionRow?.ETag));
        return new LedgerChange([.. _postings.Values], rows, Late);
    }

    private static TableTransactionAction Write(TableEntity row, ETag? readAs) => readAs is { } tag
        ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, tag)
        : new TableTransactionAction(TableTransactionActionType.Add, row);

    // Postings are never taken back, so what is there now is there when the transaction is.
    private async Task RequireAsync(Posting posting, string referred, CancellationToken cancellationToken)
    {
        if (!_postings.ContainsKey(referred) && await _table.FindAsync(_ledgerId, LedgerKeys.Posting(referred), cancellationToken) is null)
            throw new LedgerRefusedException(_ledgerId, posting.Id, LedgerRefusal.UnknownOriginal);
    }

    private async Task<Posting?> PendingAsync(Posting posting, string pendingId, CancellationToken cancellationToken)
    {
        if (await FindPendingAsync(pendingId, cancellationToken) is { } pending) return pending;
        if (await _table.FindAsync(_ledgerId, LedgerKeys.Resolution(pendingId), cancellationToken) is not { } outcome)
            throw new LedgerRefusedException(_ledgerId, posting.Id, LedgerRefusal.UnknownPending);
        // Its own id is taken, then: the transaction finds that out, and whether it is the same posting.
        return outcome.GetString("By") == posting.Id ? null : throw new LedgerRefusedException(_ledgerId, posting.Id, LedgerRefusal.AlreadyResolved);
    }
}
