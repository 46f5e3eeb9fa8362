namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>Chance from a seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public int Below(int bound) => _random.Next(bound);

    public int Between(int least, int most) => _random.Next(least, most + 1);

    public double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(Between(least, most));

    public double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    /// <summary>By its median and the standard deviation of its logarithm.</summary>
    public double LogNormal(double median, double sigma) =>
        median * Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public T Pick<T>(IReadOnlyList<(T Item, double Weight)> from)
    {
        var at = Between(0, from.Sum(f => f.Weight));
        foreach (var (item, weight) in from)
        {
            at -= weight;
            if (at < 0) return item;
        }

        return from[^1].Item;
    }
}
