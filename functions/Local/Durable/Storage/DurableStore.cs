using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Marquee.Local.Durable.Storage;

/// <summary>
/// The SQLite file: one thread writes, as many writes to a transaction as have come in while the last one was being synced; readers have
/// connections of their own and see what is durable. When a commit fails the store fails for good, because memory and disk may differ: the
/// engine has to be started again.
/// </summary>
internal sealed class DurableStore : IDisposable
{
    private readonly string _connectionString;
    private readonly int _maxGroupCommit;
    private readonly Action<CommitPoint>? _onCommitPoint;
    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly WriteSession _session;
    private readonly Thread _writer;
    private readonly object _gate = new();
    private readonly Queue<StoreWrite> _queue = new();
    private readonly ConcurrentBag<ReadSession> _readers = [];
    private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failed;
    private bool _closing;
    private int _activeReads;

    /// <param name="path">The file; made if absent.</param>
    /// <param name="maxGroupCommit">Writes to a transaction.</param>
    /// <param name="onCommitPoint">Told of each commit; what it throws fails the store there, as a crash would.</param>
    /// <exception cref="IOException">Another engine has the file open.</exception>
    public DurableStore(string path, int maxGroupCommit, Action<CommitPoint>? onCommitPoint = null)
    {
        _maxGroupCommit = maxGroupCommit;
        _onCommitPoint = onCommitPoint;
        _lock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
            _connection = new SqliteConnection(_connectionString);
            _connection.Open();
            StoreSchema.Prepare(_connection);
        }
        catch
        {
            _connection?.Dispose();
            _lock.Dispose();
            throw;
        }

        _session = new WriteSession(_connection);
        _writer = new Thread(WriteUntilClosed) { IsBackground = true, Name = "durable-store-writer" };
        _writer.Start();
    }

    /// <summary>Completes, with the reason, when the store fails.</summary>
    public Task<Exception> Failure => _failure.Task;

    /// <summary>Takes a write. The caller bounds how many of its own are under way.</summary>
    public void Enqueue(StoreWrite write)
    {
        lock (_gate)
        {
            if (_failed is null && !_closing)
            {
                _queue.Enqueue(write);
                Monitor.PulseAll(_gate);
                return;
            }
        }

        write.Abandoned(_failed ?? new ObjectDisposedException(nameof(DurableStore)));
    }

    /// <summary>Reads a consistent view of what is durable now.</summary>
    public T Read<T>(Func<ReadSession, T> read)
    {
        lock (_gate)
        {
            if (_closing)
            {
                throw new StoreFailedException(_failed);
            }

            _activeReads++;
        }

        try
        {
            return ReadOn(read);
        }
        finally
        {
            lock (_gate)
            {
                _activeReads--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Commits what has been taken and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.PulseAll(_gate);
        }

        _writer.Join();
        lock (_gate)
        {
            while (_activeReads > 0)
            {
                Monitor.Wait(_gate);
            }
        }

        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }

        _session.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    private T ReadOn<T>(Func<ReadSession, T> read)
    {
        if (!_readers.TryTake(out var session))
        {
            var connection = new SqliteConnection(_connectionString);
            connection.Open();
            session = new ReadSession(connection);
        }

        try
        {
            return read(session);
        }
        finally
        {
            _readers.Add(session);
        }
    }

    private void WriteUntilClosed()
    {
        var batch = new List<StoreWrite>(_maxGroupCommit);
        while (Take(batch))
        {
            try
            {
                Commit(batch);
            }
#pragma warning disable CA1031 // Whatever it was, what is stored and what memory holds may now differ.
            catch (Exception reason)
#pragma warning restore CA1031
            {
                Fail(reason, batch);
                return;
            }

            foreach (var write in batch)
            {
                write.Committed();
            }
        }
    }

    /// <returns>False when the store closes and nothing is left.</returns>
    private bool Take(List<StoreWrite> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_closing)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            while (batch.Count < _maxGroupCommit && _queue.TryDequeue(out var write))
            {
                batch.Add(write);
            }
        }

        return true;
    }

    private void Commit(List<StoreWrite> batch)
    {
        _session.Begin();
        foreach (var write in batch)
        {
            write.Apply(_session);
        }

        _onCommitPoint?.Invoke(CommitPoint.BeforeCommit);
        _session.Commit();
        _onCommitPoint?.Invoke(CommitPoint.AfterCommit);
    }

    private void Fail(Exception reason, List<StoreWrite> batch)
    {
        List<StoreWrite> abandoned;
        lock (_gate)
        {
            _failed = reason;
            abandoned = [.. batch, .. _queue];
            _queue.Clear();
        }

        foreach (var write in abandoned)
        {
            write.Abandoned(reason);
        }

        _failure.TrySetResult(reason);
    }
}

/// <summary>Where in a commit the store is: a crash at each has a different outcome.</summary>
internal enum CommitPoint
{
    /// <summary>Written and not durable.</summary>
    BeforeCommit,

    /// <summary>Durable, and nobody knows yet.</summary>
    AfterCommit,
}
