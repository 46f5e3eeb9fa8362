using Azure.Data.Tables;
using Marquee.Domain;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;

namespace Marquee.App.Storage;

/// <summary>
/// One event's ledger, opened to change it: collects postings, sales and the facts behind them, and writes them with the touched balances
/// in one entity-group transaction. Everything is read once and written under its ETag, so a book that lost a race fails as a whole.
/// </summary>
public sealed class LedgerBook
{
    /// <summary>Azure Tables' own limit. Azurite mangles its answer to the 101st operation, so it is held here.</summary>
    public const int MaxOperations = 100;

    private readonly TableClient _table;
    private readonly string _eventId;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, TableEntity?> _balanceRows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Balance> _balances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SaleDocument> _sales = new(StringComparer.Ordinal);
    private readonly HashSet<string> _storedSales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Posting> _postings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _facts = new(StringComparer.Ordinal);
    private TableEntity? _divisionRow;
    private DivisionDocument? _division;

    internal LedgerBook(TableClient table, string eventId, TimeProvider time) => (_table, _eventId, _time) = (table, eventId, time);

    /// <summary>Takes note of a fact. False when its effects are in the ledger already.</summary>
    public async Task<bool> BeginFactAsync(string factId, CancellationToken cancellationToken)
    {
        if (_facts.Contains(factId) || await _table.FindAsync(_eventId, LedgerKeys.Fact(factId), cancellationToken) is not null)
        {
            return false;
        }

        _facts.Add(factId);
        return true;
    }

    public async Task<SaleDocument?> FindSaleAsync(string orderId, CancellationToken cancellationToken)
    {
        if (!_sales.TryGetValue(orderId, out var sale) && await _table.FindAsync(_eventId, LedgerKeys.Sale(orderId), cancellationToken) is { } row)
        {
            sale = row.Read<SaleDocument>();
            _storedSales.Add(orderId);
        }

        return sale;
    }

    /// <summary>Sets what is known of a sale. Call <see cref="FindSaleAsync"/> first.</summary>
    public void PutSale(SaleDocument sale) => _sales[sale.Sale.OrderId] = sale;

    /// <summary>What is divided so far: as noted by the last refund that came after the split, or by the split itself. Null before the split.</summary>
    public async Task<DivisionDocument?> FindDivisionAsync(int rulesVersion, CancellationToken cancellationToken)
    {
        if (_division is not null) return _division;
        _divisionRow = await _table.FindAsync(_eventId, LedgerKeys.Division, cancellationToken);
        if (_divisionRow is not null) return _divisionRow.Read<DivisionDocument>();
        var split = await _table.FindAsync(_eventId, LedgerKeys.Posting(SaleAccounting.SplitId(rulesVersion)), cancellationToken);
        return split is null ? null : DivisionDocument.Of(split.Read<Posting>());
    }

    /// <summary>Call <see cref="FindDivisionAsync"/> first.</summary>
    public void PutDivision(DivisionDocument division) => _division = division;

    /// <summary>Books a posting. A posting whose id is in the ledger already changes nothing.</summary>
    /// <returns>False when it was there.</returns>
    /// <exception cref="LedgerClashException">The ledger holds another posting under this id.</exception>
    public async Task<bool> PostAsync(Posting posting, CancellationToken cancellationToken)
    {
        var existing = _postings.GetValueOrDefault(posting.Id)
            ?? (await _table.FindAsync(_eventId, LedgerKeys.Posting(posting.Id), cancellationToken))?.Read<Posting>();
        if (existing is not null)
        {
            return existing.Entries.SequenceEqual(posting.Entries) ? false : throw new LedgerClashException(_eventId, posting.Id);
        }

        foreach (var entry in posting.Entries)
        {
            var key = LedgerKeys.Balance(entry.Account, entry.Amount.Currency);
            _balances[key] = (await BalanceAsync(key, entry.Account, entry.Amount.Currency, cancellationToken)).With(entry);
        }

        _postings.Add(posting.Id, posting);
        return true;
    }

    /// <exception cref="Azure.RequestFailedException">409 or 412: somebody else wrote first and nothing of this book is stored.</exception>
    internal async Task SaveAsync(CancellationToken cancellationToken)
    {
        var actions = new List<TableTransactionAction>();
        actions.AddRange(_facts.Select(fact => Add(new TableEntity(_eventId, LedgerKeys.Fact(fact)))));
        foreach (var sale in _sales.Values)
        {
            // Sales are moved on only by postings, and the balances' ETags serialise those.
            var type = _storedSales.Contains(sale.Sale.OrderId) ? TableTransactionActionType.UpdateReplace : TableTransactionActionType.Add;
            actions.Add(new TableTransactionAction(type, Rows.Of(_eventId, LedgerKeys.Sale(sale.Sale.OrderId), sale)));
        }

        foreach (var posting in _postings.Values)
        {
            var row = Rows.Of(_eventId, LedgerKeys.Posting(posting.Id), posting);
            row["RecordedAt"] = _time.GetUtcNow();
            actions.Add(Add(row));
        }

        foreach (var (key, balance) in _balances)
        {
            var row = new TableEntity(_eventId, key) { ["Debits"] = balance.DebitsMinorUnits, ["Credits"] = balance.CreditsMinorUnits };
            actions.Add(_balanceRows[key] is { } read
                ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, read.ETag)
                : Add(row));
        }

        if (_division is not null)
        {
            var row = Rows.Of(_eventId, LedgerKeys.Division, _division);
            actions.Add(_divisionRow is null ? Add(row) : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, _divisionRow.ETag));
        }

        if (actions.Count > MaxOperations)
        {
            throw new InvalidOperationException($"{actions.Count} operations do not fit one transaction of {MaxOperations}.");
        }

        if (actions.Count > 0)
        {
            await _table.SubmitTransactionAsync(actions, cancellationToken);
        }
    }

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);

    private async Task<Balance> BalanceAsync(string key, Account account, Currency currency, CancellationToken cancellationToken)
    {
        if (_balances.TryGetValue(key, out var balance))
        {
            return balance;
        }

        var row = await _table.FindAsync(_eventId, key, cancellationToken);
        _balanceRows[key] = row;
        return row is null ? Balance.Empty(account, currency) : LedgerKeys.ReadBalance(row);
    }
}

/// <summary>Two different postings under one id: a bug in what derives the id, and a stop for the money behind it.</summary>
public sealed class LedgerClashException(string eventId, string postingId)
    : Exception($"The ledger of '{eventId}' holds another posting under '{postingId}'.");
