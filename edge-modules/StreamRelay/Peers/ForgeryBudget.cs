namespace Marquee.StreamRelay.Peers;

/// <summary>
/// A forged packet costs some 20 µs, an exception of the cipher's, where a true one costs one. Someone who fakes a peer's address can
/// therefore cost us so many a second and no more; past it that peer's packets wait for the next second, and only that peer's.
/// </summary>
internal sealed class ForgeryBudget(long ticksPerSecond)
{
    public const int PerSecond = 500;

    private long _windowEnds = long.MinValue;
    private int _spent;

    public bool Allows(long now) => _spent < PerSecond || now >= _windowEnds;

    public void Spend(long now)
    {
        if (now >= _windowEnds) (_windowEnds, _spent) = (now + ticksPerSecond, 0);
        _spent++;
    }
}
