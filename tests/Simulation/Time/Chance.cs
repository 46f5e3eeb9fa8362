namespace Marquee.Simulation.Time;

/// <summary>
/// The seed's dice (SplitMix64, Steele et al. 2014): the same on every machine and runtime. Each part of a world throws its own, so that one
/// more throw in one part does not change all the others.
/// </summary>
internal sealed class Chance
{
    private readonly ulong _seed;
    private ulong _state;

    public Chance(ulong seed) => _state = _seed = seed;

    public Chance Of(string part)
    {
        // FNV-1a: string.GetHashCode differs from process to process.
        var hash = 14695981039346656037UL;
        foreach (var letter in part) hash = (hash ^ letter) * 1099511628211UL;
        return new Chance(Mix(_seed ^ hash));
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>From <paramref name="least"/> up to, and not, <paramref name="bound"/>.</summary>
    public int Int(int least, int bound) => least + (int)(Next() % (ulong)(bound - least));

    public double Part() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Happens(double probability) => Part() < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks((long)(Part() * (most - least).Ticks));

    public TimeSpan Millis(double least, double most) => Between(TimeSpan.FromMilliseconds(least), TimeSpan.FromMilliseconds(most));

    public T One<T>(IReadOnlyList<T> of) => of[Int(0, of.Count)];

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
