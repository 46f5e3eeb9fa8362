using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>
/// Remembers message ids for the configured time, on the disk too. An id whose message is still on its way to the disk
/// counts as seen: the writer commits in order, so the duplicate's acknowledgement cannot come before the original's.
/// </summary>
internal sealed class DuplicateWindow
{
    private readonly int _entityId;
    private readonly TimeSpan _window;
    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(DateTimeOffset At, string Id)> _order = new();

    public DuplicateWindow(int entityId, TimeSpan window, IEnumerable<(string MessageId, DateTimeOffset SeenAt)> stored)
    {
        _entityId = entityId;
        _window = window;
        foreach (var (id, at) in stored)
            Add(id, at);
    }

    /// <summary>False where the id was seen inside the window; otherwise the operations remember it.</summary>
    public bool TryRemember(string id, DateTimeOffset now, List<StoreOperation> operations)
    {
        Forget(now, operations);
        if (_seen.ContainsKey(id))
            return false;
        Add(id, now);
        operations.Add(new RememberMessageId(_entityId, id, now));
        return true;
    }

    private void Add(string id, DateTimeOffset at)
    {
        _seen[id] = at;
        _order.Enqueue((at, id));
    }

    private void Forget(DateTimeOffset now, List<StoreOperation> operations)
    {
        var horizon = now - _window;
        var forgotten = false;
        while (_order.TryPeek(out var oldest) && oldest.At <= horizon)
        {
            _order.Dequeue();
            forgotten = _seen.Remove(oldest.Id);
        }

        if (forgotten)
            operations.Add(new ForgetMessageIds(_entityId, horizon + TimeSpan.FromTicks(1)));
    }
}
