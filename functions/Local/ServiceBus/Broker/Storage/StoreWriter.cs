using Microsoft.Data.Sqlite;

namespace Marquee.Local.ServiceBus.Broker.Storage;

/// <summary>
/// Group commit: what is posted while a commit is on its way to the disk goes into the next one together, so that
/// concurrent senders share an fsync. Callbacks run in the order of posting, after the commit, on one other thread, which
/// is what keeps order in a queue. After a failed commit nothing is accepted any more: the file must be read anew.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Posted and not yet committed; beyond it senders are told that the broker is busy.</summary>
    public const int MaxPending = 20_000;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly StoreCommands _commands;
    private readonly Action<Exception> _onFault;
    private readonly Thread _committer;
    private readonly Thread _completer;
    private readonly AutoResetEvent _work = new(false);
    private readonly AutoResetEvent _done = new(false);
    private List<Item> _pending = [];
    private List<StoreOperation> _lazy = [];
    private List<Item> _committed = [];
    private Exception? _fault;
    private bool _stopping;
    private bool _allCommitted;

    public StoreWriter(SqliteConnection connection, Action<Exception> onFault)
    {
        _connection = connection;
        _commands = new StoreCommands(connection);
        _onFault = onFault;
        _committer = new Thread(CommitLoop) { Name = "store commit", IsBackground = true };
        _completer = new Thread(CompleteLoop) { Name = "store complete", IsBackground = true };
        _committer.Start();
        _completer.Start();
    }

    public bool IsBusy
    {
        get
        {
            lock (_gate)
                return _pending.Count >= MaxPending;
        }
    }

    /// <summary>Commits the operations with whatever else is waiting. <paramref name="completed"/> gets null, or why they are not stored.</summary>
    public void Post(IReadOnlyList<StoreOperation> operations, Action<Exception?> completed)
    {
        lock (_gate)
        {
            var item = new Item(operations, completed);
            if (_fault is null && !_stopping)
                _pending.Add(item);
            else
                _committed.Add(item with { Error = _fault ?? new ObjectDisposedException(nameof(StoreWriter)) });
        }

        _work.Set();
        _done.Set();
    }

    /// <summary>Goes along with the next commit and causes none: for what a crash may forget, such as a delivery count.</summary>
    public void PostLazily(StoreOperation operation)
    {
        lock (_gate)
        {
            _lazy.Add(operation);
            if (_lazy.Count < MaxPending)
                return;
        }

        Post([], _ => { });
    }

    /// <summary>Commits what is waiting, runs its callbacks and stops.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
        }

        _work.Set();
        _committer.Join();
        _completer.Join();
        _commands.Dispose();
        _connection.Dispose();
        _work.Dispose();
        _done.Dispose();
    }

    private void CommitLoop()
    {
        while (true)
        {
            List<Item> batch;
            List<StoreOperation> lazy = [];
            bool stopping;
            lock (_gate)
            {
                (batch, _pending) = (_pending, []);
                stopping = _stopping;
                if (batch.Count > 0 || stopping)
                    (lazy, _lazy) = (_lazy, []);
            }

            if (batch.Count > 0 || lazy.Count > 0)
                Commit(batch, lazy);
            else if (stopping)
                break;
            else
                _work.WaitOne();
        }

        lock (_gate)
            _allCommitted = true;
        _done.Set();
    }

    private void Commit(List<Item> batch, List<StoreOperation> lazy)
    {
        Exception? error = null;
        lock (_gate)
            error = _fault;
        if (error is null)
        {
            try
            {
                _commands.Commit(lazy.Concat(batch.SelectMany(item => item.Operations)));
            }
#pragma warning disable CA1031 // Whatever went wrong, nothing that was asked for is on the disk: all of it fails, and so does the broker.
            catch (Exception e)
#pragma warning restore CA1031
            {
                error = e;
                _onFault(e);
            }
        }

        lock (_gate)
        {
            _fault = error;
            _committed.AddRange(error is null ? batch : batch.Select(item => item with { Error = error }));
        }

        _done.Set();
    }

    private void CompleteLoop()
    {
        while (true)
        {
            List<Item> batch;
            bool last;
            lock (_gate)
            {
                (batch, _committed) = (_committed, []);
                last = _allCommitted;
            }

            foreach (var item in batch)
                Complete(item);
            if (batch.Count == 0 && last)
                return;
            if (batch.Count == 0)
                _done.WaitOne();
        }
    }

    private void Complete(Item item)
    {
        try
        {
            item.Completed(item.Error);
        }
#pragma warning disable CA1031 // A bug in one callback must not silence all that follow; the broker stops instead.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault(e);
        }
    }

    private readonly record struct Item(IReadOnlyList<StoreOperation> Operations, Action<Exception?> Completed, Exception? Error = null);
}
