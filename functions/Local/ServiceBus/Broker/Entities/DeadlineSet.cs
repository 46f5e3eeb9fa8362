namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Things with a due time, the earliest first.</summary>
internal sealed class DeadlineSet<TKey> where TKey : IComparable<TKey>
{
    private readonly SortedSet<(DateTimeOffset Due, TKey Key)> _set = [];

    public DateTimeOffset? Earliest => _set.Count > 0 ? _set.Min.Due : null;

    public void Add(DateTimeOffset due, TKey key) => _set.Add((due, key));

    public void Remove(DateTimeOffset due, TKey key) => _set.Remove((due, key));

    /// <summary>Takes the earliest where it is due.</summary>
    public bool TryTakeDue(DateTimeOffset now, out TKey key)
    {
        if (_set.Count > 0 && _set.Min is var (due, first) && due <= now)
        {
            _set.Remove((due, first));
            key = first;
            return true;
        }

        key = default!;
        return false;
    }
}
