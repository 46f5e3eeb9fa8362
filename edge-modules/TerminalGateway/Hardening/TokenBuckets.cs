namespace Marquee.TerminalGateway.Hardening;

/// <summary>How many requests at once, and how many a second for ever.</summary>
internal sealed record Rate(int Burst, double PerSecond);

/// <summary>
/// A token bucket per name (a terminal, an address). At the bound of names, the one that has been full for longest is forgotten, which costs it
/// nothing; when none is full, a new name is refused.
/// </summary>
internal sealed class TokenBuckets(Rate rate, int maxNames, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Null when the request may go on, else how long until the next one may.</summary>
    public TimeSpan? Take(string name)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_buckets.TryGetValue(name, out var bucket))
            {
                if (_buckets.Count >= maxNames && !TryForget(now)) return TimeSpan.FromSeconds(1 / rate.PerSecond);
                _buckets.Add(name, bucket = new Bucket(rate.Burst, now));
            }

            bucket.Tokens = TokensAt(bucket, now);
            bucket.At = now;
            if (bucket.Tokens < 1) return TimeSpan.FromSeconds((1 - bucket.Tokens) / rate.PerSecond);
            bucket.Tokens--;
            return null;
        }
    }

    private double TokensAt(Bucket bucket, long now) =>
        Math.Min(rate.Burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * rate.PerSecond));

    private bool TryForget(long now)
    {
        var full = _buckets.Where(b => TokensAt(b.Value, now) >= rate.Burst).OrderBy(b => b.Value.At).Select(b => b.Key).FirstOrDefault();
        return full is not null && _buckets.Remove(full);
    }

    private sealed class Bucket(double tokens, long at)
    {
        public double Tokens { get; set; } = tokens;

        public long At { get; set; } = at;
    }
}
