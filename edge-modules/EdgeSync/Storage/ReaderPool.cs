namespace Marquee.EdgeSync.Storage;

/// <summary>The store's connections for reading, kept open between uses up to <see cref="MaxIdle"/>.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    /// <summary>Connections kept while nobody reads; more readers at once open more, and close them.</summary>
    public const int MaxIdle = 8;

    private readonly Lock _gate = new();
    private readonly Stack<StoreConnection> _idle = new();
    private bool _disposed;

    /// <summary>Runs a query on what is committed when it begins.</summary>
    public T Read<T>(Func<EdgeReader, T> query)
    {
        var connection = Take() ?? new StoreConnection(StoreFile.OpenForReading(path));
        var isGood = false;
        try
        {
            connection.Run("BEGIN");
            var result = query(EdgeReader.On(connection));
            connection.Run("COMMIT");
            isGood = true;
            return result;
        }
        finally
        {
            // Whatever went wrong may be the connection's: the next reader gets a new one.
            if (!isGood || !TryKeep(connection)) connection.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var connection in _idle) connection.Dispose();
            _idle.Clear();
        }
    }

    private StoreConnection? Take()
    {
        lock (_gate) return _idle.TryPop(out var connection) ? connection : null;
    }

    private bool TryKeep(StoreConnection connection)
    {
        lock (_gate)
        {
            if (_disposed || _idle.Count >= MaxIdle) return false;
            _idle.Push(connection);
            return true;
        }
    }
}
