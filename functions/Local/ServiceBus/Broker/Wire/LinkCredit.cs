namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>
/// How many more messages a receiver wants. The library gives changes against its own count, and sets that to zero when a
/// flow does not raise it (as with a drain), so both counts are kept here.
/// </summary>
internal sealed class LinkCredit
{
    private long _sent;
    private long _limit;
    private long _libraryLimit;
    private long _reserved;

    public bool TryReserve()
    {
        if (_sent + _reserved >= _limit)
            return false;
        _reserved++;
        return true;
    }

    public void Unreserve() => _reserved--;

    public void Sent()
    {
        _reserved--;
        _sent++;
    }

    /// <summary>Reserved and not yet sent.</summary>
    public bool HasReserved => _reserved > 0;

    public void Changed(int delta)
    {
        _limit = _libraryLimit + delta;
        _libraryLimit = delta > 0 ? _limit : _sent;
    }

    /// <summary>Nothing more may be sent until the next flow; the library was told the same.</summary>
    public void Reset() => _limit = _libraryLimit = _sent;
}
