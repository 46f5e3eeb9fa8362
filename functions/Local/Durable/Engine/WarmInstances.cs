namespace Marquee.Local.Durable.Engine;

/// <summary>The entries whose executions are kept alive between turns; past the bound, the least recently used is dropped.</summary>
internal sealed class WarmInstances(int bound)
{
    private readonly LinkedList<InstanceEntry> _byUse = new();
    private readonly Dictionary<InstanceEntry, LinkedListNode<InstanceEntry>> _nodes = [];

    /// <summary>The entry's execution was just used.</summary>
    /// <returns>An entry whose execution has to be dropped, or null.</returns>
    public InstanceEntry? Use(InstanceEntry entry)
    {
        Forget(entry);
        _nodes.Add(entry, _byUse.AddLast(entry));
        if (_nodes.Count <= bound)
        {
            return null;
        }

        var oldest = _byUse.First!.Value;
        Forget(oldest);
        return oldest;
    }

    public void Forget(InstanceEntry entry)
    {
        if (_nodes.Remove(entry, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
