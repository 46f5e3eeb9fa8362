namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>Repeatable chance (SplitMix64): the same seed gives the same throws on every machine.</summary>
internal struct Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="sides"/> - 1; 0 when there are none.</summary>
    public int Throw(int sides) => sides <= 1 ? 0 : (int)(Next() % (uint)sides);
}
