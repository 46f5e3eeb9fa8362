namespace Marquee.EdgeSync.Storage;

/// <summary>
/// A piece of work that commits as a whole or not at all, on disk before its caller hears of it. Work runs on the store's one writer:
/// it must not wait for anything but SQLite. It may be run again from its start, when other work of its commit failed.
/// </summary>
public sealed class EdgeTransaction : EdgeReader
{
    private readonly List<Action> _committed = [];

    internal EdgeTransaction(StoreConnection connection, WriterMemory memory)
        : base(connection) => Memory = memory;

    /// <summary>What the writer knows without asking.</summary>
    public WriterMemory Memory { get; }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Connection.Execute(sql, parameters);

    /// <summary>Calls <paramref name="action"/> once this work is on disk; never when it is rolled back. It must be quick and not throw.</summary>
    public void OnCommitted(Action action) => _committed.Add(action);

    internal void Committed()
    {
        foreach (var action in _committed) action();
    }
}
