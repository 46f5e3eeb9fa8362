namespace Marquee.StreamRelay.Srtp;

/// <summary>Which of the last 128 indices have been seen (RFC 3711 3.3.2). A mutable struct that lives in its context.</summary>
internal struct ReplayWindow
{
    public const int Size = 128;

    private UInt128 _seen;
    private ulong _newest;
    private bool _isStarted;

    public readonly bool IsStarted => _isStarted;

    public readonly ulong Newest => _newest;

    /// <summary>Whether this index may still be accepted: newer than all, or within the window and not seen.</summary>
    public readonly bool Allows(ulong index)
    {
        if (!_isStarted || index > _newest) return true;
        var age = _newest - index;
        return age < Size && (_seen >> (int)age & 1) == 0;
    }

    /// <summary>Marks an index that has been authenticated.</summary>
    public void Accept(ulong index)
    {
        if (!_isStarted)
        {
            (_isStarted, _newest, _seen) = (true, index, 1);
            return;
        }
        if (index > _newest)
        {
            var ahead = index - _newest;
            _seen = ahead >= Size ? 1 : (_seen << (int)ahead) | 1;
            _newest = index;
            return;
        }
        var age = _newest - index;
        if (age < Size) _seen |= UInt128.One << (int)age;
    }
}
