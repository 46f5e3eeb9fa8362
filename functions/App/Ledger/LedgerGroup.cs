using Azure;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>What an operation of a group is there for; says what it means when it fails.</summary>
internal enum OperationRole
{
    /// <summary>Head, block or balance: another writer was first.</summary>
    Ledger,

    /// <summary>A posting's id.</summary>
    Posting,

    /// <summary>That something is resolved, or no longer pending.</summary>
    Outcome,

    /// <summary>A row of the change's own.</summary>
    Row,
}

internal sealed record Operation(TableTransactionAction Action, OperationRole Role, LedgerChange? Change = null, ChangePosting? Posting = null);

/// <summary>Changes that fit one transaction together, tried on the balances that they find.</summary>
internal sealed class LedgerGroup(string ledgerId, LedgerState state, DateTimeOffset now)
{
    private readonly Dictionary<string, Balance> _balances = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<Operation> _operations = [];
    private readonly List<byte[]> _lines = [];
    private int _blockBytes;
    private long _rowBytes;
    private DateTimeOffset? _closesThrough;

    // A clock that was set back does not take the journal with it.
    private readonly DateTimeOffset _recordedAt = now > state.Head.RecordedAt ? now : state.Head.RecordedAt;

    public List<LedgerChange> Changes { get; } = [];

    private DateTimeOffset? Closed => _closesThrough ?? state.Head.ClosedThrough;

    /// <summary>
    /// Takes the change in. False when it has to wait for the next group: there is no room, it touches a row that one before it touches, or it
    /// cannot be done after those before it, whose fate is open.
    /// </summary>
    /// <exception cref="LedgerRefusedException">It cannot be done on the balances that the group began with.</exception>
    /// <exception cref="InvalidOperationException">It is too large for any group.</exception>
    public bool TryAdd(LedgerChange change)
    {
        List<(ChangePosting Posting, byte[] Line)> postings;
        Dictionary<string, Balance> touched;
        try
        {
            (postings, touched) = Apply(change);
        }
        catch (LedgerRefusedException) when (Changes.Count > 0)
        {
            return false;
        }

        List<Operation> operations = [.. change.Rows.Select(row => new Operation(row, OperationRole.Row, change)), .. postings.SelectMany((one, i) => Operations(change, one.Posting, _lines.Count + i + 1))];
        var blockBytes = _blockBytes + postings.Sum(one => one.Line.Length);
        var rowBytes = _rowBytes + change.Rows.Sum(row => RowBytes.Of(row.Entity));
        var count = LedgerLimits.FixedOperations + _operations.Count + operations.Count + _balances.Keys.Union(touched.Keys).Count();
        // Base64 makes four bytes of three.
        var transactionBytes = rowBytes + (blockBytes * 4L / 3) + (count * (long)LedgerLimits.OperationBytes);
        if (count > LedgerLimits.MaxOperations || blockBytes > LedgerLimits.MaxBlockBytes || transactionBytes > LedgerLimits.MaxTransactionBytes)
        {
            return Changes.Count > 0
                ? false
                : throw new InvalidOperationException($"{count} operations and {transactionBytes} bytes do not fit one transaction of {LedgerLimits.MaxOperations} and {LedgerLimits.MaxTransactionBytes}.");
        }

        if (operations.Exists(operation => _keys.Contains(operation.Action.Entity.RowKey))) return false;

        _keys.UnionWith(operations.Select(operation => operation.Action.Entity.RowKey));
        _operations.AddRange(operations);
        _lines.AddRange(postings.Select(one => one.Line));
        foreach (var (key, balance) in touched) _balances[key] = balance;
        (_blockBytes, _rowBytes) = (blockBytes, rowBytes);
        // Of two that close at once the later stays: what is closed is never opened again.
        if (change.ClosesThrough is { } through && !(through <= Closed)) _closesThrough = through;
        Changes.Add(change);
        return true;
    }

    /// <summary>The transaction, the head first: what fails on it has met another writer, whatever else is wrong.</summary>
    public IReadOnlyList<Operation> Build()
    {
        After = state.Head with { ClosedThrough = Closed };
        List<Operation> block = [];
        if (_lines.Count > 0)
        {
            var journal = JournalBlock.After(state.Head, _recordedAt, _lines);
            block.Add(new Operation(Add(journal.Row(ledgerId)), OperationRole.Ledger));
            After = After with { Sequence = journal.LastSequence, Hash = journal.Hash, RecordedAt = _recordedAt };
        }

        var head = After.Row(ledgerId);
        return
        [
            new Operation(state.Tag is { } tag ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, head, tag) : Add(head), OperationRole.Ledger),
            .. block,
            .. _balances.Select(pair => new Operation(new TableTransactionAction(TableTransactionActionType.UpsertReplace, LedgerKeys.Row(ledgerId, pair.Key, pair.Value)), OperationRole.Ledger)),
            .. _operations,
        ];
    }

    /// <summary>The head that <see cref="Build"/> writes.</summary>
    public LedgerHead After { get; private set; } = state.Head;

    /// <summary>The transaction went through.</summary>
    public void Done(ETag headTag)
    {
        state.Advance(After, headTag, _balances);
        foreach (var change in Changes) change.Complete();
    }

    private (List<(ChangePosting, byte[])> Postings, Dictionary<string, Balance> Touched) Apply(LedgerChange change)
    {
        var touched = new Dictionary<string, Balance>(StringComparer.Ordinal);
        var postings = new List<(ChangePosting, byte[])>(change.Postings.Count);
        foreach (var one in change.Postings)
        {
            var posting = InOpenPeriod(one.Posting, change.Late);
            if (one.Pending is { } pending && PendingRules.Check(pending, posting, _recordedAt) is { } fault) throw Refused(posting, fault);
            try
            {
                LedgerFold.Apply(
                    posting,
                    (account, currency) => LedgerKeys.Balance(account, currency) is var key && (touched.TryGetValue(key, out var balance) || _balances.TryGetValue(key, out balance))
                        ? balance
                        : state.Balance(key, account, currency),
                    balance => touched[LedgerKeys.Balance(balance.Account, balance.Currency)] = balance);
            }
            catch (OverflowException)
            {
                throw Refused(posting, LedgerRefusal.Overflow);
            }

            postings.Add((one with { Posting = posting }, JournalBlock.Line(posting)));
        }

        return touched.Values.Any(balance => balance.IsBelowFloor) ? throw Refused(change.Postings[^1].Posting, LedgerRefusal.BelowFloor) : (postings, touched);
    }

    private Posting InOpenPeriod(Posting posting, LatePosting late) => Closed is { } closed && posting.EffectiveAt < closed
        ? late == LatePosting.CarryForward ? posting.CarriedTo(closed) : throw Refused(posting, LedgerRefusal.PeriodClosed)
        : posting;

    private IEnumerable<Operation> Operations(LedgerChange change, ChangePosting one, int offset)
    {
        var posting = one.Posting;
        yield return new Operation(
            Add(new TableEntity(ledgerId, LedgerKeys.Posting(posting.Id)) { ["Sequence"] = state.Head.Sequence + offset, ["Digest"] = one.Digest }), OperationRole.Posting, change, one);
        if (posting.Status == PostingStatus.Pending)
            yield return new Operation(Add(Rows.Of(ledgerId, LedgerKeys.Pending(posting.Id), posting)), OperationRole.Row, change, one);
        if (posting.Resolves is not { } resolved) yield break;
        yield return new Operation(Add(new TableEntity(ledgerId, LedgerKeys.Resolution(resolved)) { ["By"] = posting.Id }), OperationRole.Outcome, change, one);
        if (one.Pending is not null)
        {
            yield return new Operation(
                new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(ledgerId, LedgerKeys.Pending(resolved)), ETag.All), OperationRole.Outcome, change, one);
        }
    }

    private static TableTransactionAction Add(TableEntity row) => new(TableTransactionActionType.Add, row);

    private LedgerRefusedException Refused(Posting posting, LedgerRefusal refusal) => new(ledgerId, posting.Id, refusal);
}
