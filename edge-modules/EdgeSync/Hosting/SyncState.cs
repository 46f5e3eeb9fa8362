namespace Marquee.EdgeSync.Hosting;

/// <summary>How the two lines to the bus fare, for status pages: a snapshot.</summary>
public sealed record SyncSnapshot(bool EventsConnected, bool CommandsConnected, DateTimeOffset? LastSentAt, DateTimeOffset? LastCommandAt);

/// <summary>What the sender and the receiver last saw of the bus.</summary>
public sealed class SyncState
{
    private readonly Lock _gate = new();
    private SyncSnapshot _snapshot = new(false, false, null, null);

    public SyncSnapshot Snapshot
    {
        get
        {
            lock (_gate) return _snapshot;
        }
    }

    internal void Update(Func<SyncSnapshot, SyncSnapshot> change)
    {
        lock (_gate) _snapshot = change(_snapshot);
    }
}
