namespace Marquee.StreamRelay.Metadata;

/// <summary>A stream's items in order and the state that they amount to. On the media loop only.</summary>
internal sealed class MetadataTimeline
{
    /// <summary>
    /// Items that are kept. Past it the oldest go, except the newest of each slot: the title of a long show stays known.
    /// </summary>
    public const int MaxItems = 256;

    private readonly List<MetadataItem> _items = [];

    public MetadataState State { get; private set; } = MetadataState.Empty;

    /// <summary>Of the newest item; 0 before the first.</summary>
    public long Last => State.Sequence;

    public IReadOnlyList<MetadataItem> Items => _items;

    /// <summary>Who has got no further than before this item has missed one that is gone; 0 while none is.</summary>
    public long DroppedThrough { get; private set; }

    public IEnumerable<MetadataItem> After(long sequence)
    {
        for (var i = IndexAfter(sequence); i < _items.Count; i++) yield return _items[i];
    }

    /// <returns>False for an item that is not newer than the newest: it is known already.</returns>
    public bool TryAdd(MetadataItem item)
    {
        if (item.Sequence <= Last) return false;
        _items.Add(item);
        State = State.With(item);
        for (var i = 0; i < _items.Count - MaxItems; i++)
        {
            if (IsNewestOfItsSlot(i)) continue;
            DroppedThrough = Math.Max(DroppedThrough, _items[i].Sequence);
            _items.RemoveAt(i--);
        }
        return true;
    }

    private bool IsNewestOfItsSlot(int index)
    {
        var slot = _items[index].Cue.Slot;
        for (var i = _items.Count - 1; i > index; i--)
        {
            if (_items[i].Cue.Slot == slot) return false;
        }
        return true;
    }

    private int IndexAfter(long sequence)
    {
        var index = _items.Count;
        while (index > 0 && _items[index - 1].Sequence > sequence) index--;
        return index;
    }
}
