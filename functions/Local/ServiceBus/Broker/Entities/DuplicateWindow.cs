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
    private readonly int _maxIds;
    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(DateTimeOffset At, string Id)> _order = new();

    /// <param name="entityId">The entity's number.</param>
    /// <param name="window">How long an id is remembered.</param>
    /// <param name="maxIds">Ids remembered at most: beyond it the oldest is forgotten before its time.</param>
    /// <param name="stored">What the disk remembers, the oldest first.</param>
    public DuplicateWindow(int entityId, TimeSpan window, int maxIds, IEnumerable<(string MessageId, DateTimeOffset SeenAt)> stored)
    {
        _entityId = entityId;
        _maxIds = maxIds;
        _window = window;
        foreach (var (id, at) in stored)
            Add(id, at);
    }

    /// <summary>False where the id was seen inside the window; otherwise the operations remember it.</summary>
    public bool TryRemember(string id, DateTimeOffset now, List<StoreOperation> operations)
    {
        var horizon = now - _window;
        ForgetWhile(oldest => oldest <= horizon, operations);
        if (_seen.ContainsKey(id))
            return false;
        ForgetWhile(_ => _order.Count >= _maxIds, operations);
        Add(id, now);
        operations.Add(new RememberMessageId(_entityId, id, now));
        return true;
    }

    private void Add(string id, DateTimeOffset at)
    {
        _seen[id] = at;
        _order.Enqueue((at, id));
    }

    private void ForgetWhile(Func<DateTimeOffset, bool> condition, List<StoreOperation> operations)
    {
        DateTimeOffset? last = null;
        while (_order.TryPeek(out var oldest) && condition(oldest.At))
        {
            _order.Dequeue();
            _seen.Remove(oldest.Id);
            last = oldest.At;
        }

        if (last is { } at)
            operations.Add(new ForgetMessageIds(_entityId, at + TimeSpan.FromTicks(1)));
    }
}
