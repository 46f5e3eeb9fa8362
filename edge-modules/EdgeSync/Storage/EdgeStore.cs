using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>
/// A module's durable state: one SQLite file (WAL, <c>synchronous=FULL</c>), one writer, one process. Concurrent pieces of work share a
/// commit (and its fsync) but not a fate: one that throws leaves the others untouched.
/// </summary>
public sealed class EdgeStore : IAsyncDisposable
{
    /// <summary>Work waiting for the writer; at the bound, <see cref="WriteAsync{T}"/> waits for room.</summary>
    public const int MaxQueuedWrites = 1024;

    /// <summary>Pieces of work in one commit.</summary>
    public const int MaxWritesPerCommit = 64;

    /// <summary>Size of the file at which writes fail with SQLITE_FULL, as a full disk would: 2 GiB unless told.</summary>
    public const long DefaultMaxBytes = 2L << 30;

    private readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(MaxQueuedWrites) { SingleReader = true });

    private readonly FileStream _lock;
    private readonly StoreConnection _writer;
    private readonly ReaderPool _readers;
    private readonly Task _loop;

    private EdgeStore(string path, FileStream @lock, SqliteConnection writer)
    {
        (_lock, _writer, _readers) = (@lock, new StoreConnection(writer), new ReaderPool(path));
        _loop = Task.Run(WriteLoopAsync);
    }

    /// <summary>Opens or creates the store, checks its integrity and brings its schema up to <paramref name="steps"/>.</summary>
    /// <exception cref="EdgeStoreException">In use, damaged, not writable, or written by a newer version.</exception>
    public static EdgeStore Open(string path, IReadOnlyList<SchemaStep> steps, long maxBytes = DefaultMaxBytes)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var @lock = StoreFile.Lock(full);
        try
        {
            return new EdgeStore(full, @lock, StoreFile.Open(full, steps, maxBytes));
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction; the task completes after the fsync. What the work throws, the task throws, and nothing is kept.
    /// The work may be run twice before it is kept, so what it does beside the transaction must bear that.
    /// </summary>
    /// <exception cref="SqliteException">The disk is full or broken: nothing of this work is kept.</exception>
    public async Task<T> WriteAsync<T>(Func<EdgeTransaction, T> work, CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T? result = default;
        var pending = new PendingWrite(tx => result = work(tx), () => done.TrySetResult(result!), e => done.TrySetException(e));
        await _queue.Writer.WriteAsync(pending, cancellationToken).ConfigureAwait(false);
        // Past this point the work may commit, so its caller waits for the answer whatever happens.
        return await done.Task.ConfigureAwait(false);
    }

    public Task WriteAsync(Action<EdgeTransaction> work, CancellationToken cancellationToken = default) =>
        WriteAsync(
            tx =>
            {
                work(tx);
                return true;
            },
            cancellationToken);

    /// <summary>Reads what is committed.</summary>
    public T Read<T>(Func<EdgeReader, T> query) => _readers.Read(query);

    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        await _loop.ConfigureAwait(false);
        // The writer last: SQLite writes the log back into the file when the last connection closes.
        _readers.Dispose();
        _writer.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<PendingWrite>(MaxWritesPerCommit);
        var commit = new GroupCommit(_writer);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < MaxWritesPerCommit && _queue.Reader.TryRead(out var pending)) batch.Add(pending);
            commit.Run(batch);
            batch.Clear();
        }
    }
}
