namespace Marquee.Simulation.Disk;

/// <summary>SQLite's locks on a database file among the connections of a process. https://www.sqlite.org/lockingv3.html</summary>
internal sealed class FileLocks
{
    public const int None = 0;
    public const int Shared = 1;
    public const int Reserved = 2;
    public const int Pending = 3;
    public const int Exclusive = 4;

    private readonly Dictionary<object, int> _held = new(ReferenceEqualityComparer.Instance);

    public bool IsReserved => _held.Values.Any(level => level >= Reserved);

    public bool TryRaise(object holder, int level)
    {
        var mine = _held.GetValueOrDefault(holder);
        if (mine >= level) return true;
        var others = _held.Where(h => !ReferenceEquals(h.Key, holder)).Select(h => h.Value).DefaultIfEmpty(None).Max();
        var granted = level switch
        {
            Shared => others < Pending,
            Reserved => others < Reserved,
            _ => others < Reserved,
        };
        if (!granted) return false;
        if (level == Exclusive && others >= Shared)
        {
            _held[holder] = Pending;
            return false;
        }

        _held[holder] = level;
        return true;
    }

    public void Lower(object holder, int level)
    {
        if (level == None) _held.Remove(holder);
        else if (_held.GetValueOrDefault(holder) > level) _held[holder] = level;
    }
}
