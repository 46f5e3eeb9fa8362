namespace Marquee.EdgeSync.Storage;

/// <summary>
/// What the writer knows of the store without asking it again at each piece of work: always what its connection would read now, uncommitted
/// work included. Whoever changes what is remembered changes or forgets it in the same piece of work, and whoever remembers bounds it.
/// A rollback of any work forgets everything, so nothing is ever remembered that did not come to be.
/// </summary>
public sealed class WriterMemory
{
    private readonly Dictionary<Type, object> _parts = [];

    internal WriterMemory()
    {
    }

    /// <summary>One part of the memory, made empty when there is none.</summary>
    public T Of<T>()
        where T : class, new()
    {
        if (_parts.TryGetValue(typeof(T), out var part)) return (T)part;
        var made = new T();
        _parts.Add(typeof(T), made);
        return made;
    }

    /// <summary>Everything is asked of the store again: for work that changes it past those who remember.</summary>
    public void Forget() => _parts.Clear();
}
