using Azure;
using Azure.Data.Tables;
using Marquee.App.Storage;

namespace Marquee.App.Ledger;

/// <summary>
/// Writes one ledger for this process: changes that come while a transaction is under way go into the next one together, as many as fit.
/// Other processes may write the same ledger; whoever is second reads anew and goes again.
/// </summary>
internal sealed class LedgerWriter(TableClient table, string ledgerId, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<LedgerChange> _queue = new();
    private readonly List<LedgerChange> _waiting = [];
    private LedgerState? _state;
    private bool _running;

    public bool IsIdle
    {
        get
        {
            lock (_gate) return !_running;
        }
    }

    /// <returns>True once the change is stored, false when one of its rows was changed by somebody else and nothing is stored.</returns>
    /// <exception cref="LedgerBusyException"><see cref="LedgerLimits.MaxQueued"/> changes wait already.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped waiting; a change that was on its way may still be stored.</exception>
    public async Task<bool> WriteAsync(LedgerChange change, CancellationToken cancellationToken)
    {
        bool start;
        lock (_gate)
        {
            if (_queue.Count >= LedgerLimits.MaxQueued) throw new LedgerBusyException(ledgerId);
            _queue.Enqueue(change);
            start = !_running;
            _running = true;
        }

        if (start) _ = RunAsync();
        try
        {
            return await change.Done.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            change.Abandon();
            throw;
        }
    }

    private async Task RunAsync()
    {
        while (Fill())
        {
            try
            {
                await WriteGroupAsync();
                // Those whose changes are done come back with their next ones first.
                await Task.Yield();
            }
#pragma warning disable CA1031 // Whatever went wrong is the answer to those who wait, and the next group starts from what is stored.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _state = null;
                foreach (var change in _waiting) change.Fail(failure);
                _waiting.Clear();
            }
        }
    }

    /// <summary>Takes from the queue what a group may need. False, and at rest, when there is nothing.</summary>
    private bool Fill()
    {
        lock (_gate)
        {
            while (_waiting.Count < LedgerLimits.MaxOperations && _queue.TryDequeue(out var change))
            {
                if (!change.IsAbandoned) _waiting.Add(change);
            }

            return _running = _waiting.Count > 0;
        }
    }

    private async Task WriteGroupAsync()
    {
        _waiting.RemoveAll(change => change.IsAbandoned);
        _state ??= await LedgerState.ReadAsync(table, ledgerId, CancellationToken.None);
        if (await GatherAsync(_state) is not { Changes.Count: > 0 } group) return;

        var operations = group.Build();
        try
        {
            var answer = await table.SubmitTransactionAsync(operations.Select(operation => operation.Action), CancellationToken.None);
            if (answer.Value[0].Headers.ETag is { } tag) group.Done(tag);
            else Forget(group);
            _waiting.RemoveAll(group.Changes.Contains);
        }
        catch (TableTransactionFailedException failure) when (failure.Status is 404 or 409 or 412 && failure.FailedTransactionActionIndex is { } index and >= 0 && index < operations.Count)
        {
            await ResolveAsync(operations[index], group);
        }
        catch (RequestFailedException failure) when (failure.IsConflict())
        {
            await ResolveAsync(operations[0], group);
        }
        catch (RequestFailedException failure)
        {
            _state = null;
            // One of them may be what the service does not like: each by itself, then, and only that one fails.
            if (group.Changes.Count > 1 && failure.Status is >= 400 and < 500) group.Changes.ForEach(change => change.IsSuspect = true);
            else Finish(group.Changes, change => change.Fail(failure));
        }
    }

    /// <summary>Puts together what goes into one transaction. What is refused is refused only on what was just read.</summary>
    private async Task<LedgerGroup?> GatherAsync(LedgerState state)
    {
        var group = new LedgerGroup(ledgerId, state, time.GetUtcNow());
        foreach (var change in _waiting.ToList())
        {
            if (change.IsSuspect && group.Changes.Count > 0) continue;
            if (change.IsEmpty)
            {
                Finish([change], done => done.Complete());
                continue;
            }

            try
            {
                if (group.TryAdd(change) && change.IsSuspect) return group;
            }
            catch (LedgerRefusedException) when (!state.IsFresh)
            {
                _state = null;
                return null;
            }
            catch (LedgerRefusedException refused)
            {
                // What is booked already may well not be possible a second time: then it is no refusal but an old answer.
                if (!await KnowAsync(change)) Finish([change], failed => failed.Fail(refused));
            }
            catch (InvalidOperationException tooLarge)
            {
                Finish([change], failed => failed.Fail(tooLarge));
            }
        }

        return group;
    }

    /// <summary>The transaction failed on this operation, so nothing of it is stored. The others go again.</summary>
    private async Task ResolveAsync(Operation failed, LedgerGroup group)
    {
        switch (failed)
        {
            case { Role: OperationRole.Posting, Change: { } change, Posting: { } known }:
                // After a conflict of the whole group it may be that its transaction went through and only the answer was lost: then all of it is there.
                if (change.Attempts > 0) await KnowAllAsync(group);
                else await KnowAsync(change, known);
                break;
            case { Role: OperationRole.Outcome, Change: { } change, Posting: { } late }:
                Finish([change], refused => refused.Fail(new LedgerRefusedException(ledgerId, late.Posting.Id, Domain.Ledgers.LedgerRefusal.AlreadyResolved)));
                break;
            case { Role: OperationRole.Row, Change: { } change }:
                Finish([change], changed => changed.RowChanged());
                break;
            default:
                await BehindAsync(group);
                break;
        }
    }

    /// <returns>True when one of the change's postings is in the ledger; the change is left with the others, or ends as a clash.</returns>
    private async Task<bool> KnowAsync(LedgerChange change)
    {
        foreach (var posting in change.Postings)
            if (await KnowAsync(change, posting)) return true;
        return false;
    }

    private async Task KnowAllAsync(LedgerGroup group)
    {
        var postings = group.Changes.SelectMany(change => change.Postings.Select(posting => (Change: change, Posting: posting))).ToList();
        var rows = await Task.WhenAll(postings.Select(one => RowAsync(one.Posting)));
        foreach (var ((change, posting), row) in postings.Zip(rows)) Know(change, posting, row);
    }

    /// <inheritdoc cref="KnowAsync(LedgerChange)"/>
    private async Task<bool> KnowAsync(LedgerChange change, ChangePosting posting) => Know(change, posting, await RowAsync(posting));

    private Task<TableEntity?> RowAsync(ChangePosting posting) => table.FindAsync(ledgerId, LedgerKeys.Posting(posting.Posting.Id), CancellationToken.None);

    private bool Know(LedgerChange change, ChangePosting posting, TableEntity? row)
    {
        if (row is null) return false;
        if (row.GetBinary("Digest").AsSpan().SequenceEqual(posting.Digest)) change.Know(posting.Posting.Id);
        else Finish([change], clashing => clashing.Fail(new LedgerClashException(ledgerId, posting.Posting.Id)));
        return true;
    }

    /// <summary>Another process wrote first. A short pause, longer each time, lets it finish.</summary>
    private async Task BehindAsync(LedgerGroup group)
    {
        _state = null;
        foreach (var change in group.Changes) change.Attempts++;
        Finish([.. group.Changes.Where(change => change.Attempts >= LedgerLimits.MaxAttempts)], change => change.Fail(new LedgerBusyException(ledgerId)));
        var attempts = group.Changes.Max(change => change.Attempts);
        if (attempts > 1) await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2 * attempts, 50)), time);
    }

    /// <summary>It went through, but the service did not say under which ETag.</summary>
    private void Forget(LedgerGroup group)
    {
        _state = null;
        foreach (var change in group.Changes) change.Complete();
    }

    private void Finish(IReadOnlyCollection<LedgerChange> changes, Action<LedgerChange> how)
    {
        foreach (var change in changes) how(change);
        _waiting.RemoveAll(changes.Contains);
    }
}
