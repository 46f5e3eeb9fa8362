namespace Marquee.Local.Stripe.Store;

/// <summary>The clock the books are kept by: real time plus an offset that rehearsals move forward, kept across restarts.</summary>
internal sealed class BookClock(TimeProvider time, Database database)
{
    private long _offsetMs = database.Run(() => database.Number("SELECT value FROM meta WHERE name = 'clock_offset_ms'") ?? 0);

    /// <summary>The wall's clock: what goes over the wire (webhook signatures) is stamped with it, or no receiver would accept
    /// it.</summary>
    public TimeProvider Wall { get; } = time;

    public DateTimeOffset Now => Wall.GetUtcNow().AddMilliseconds(Interlocked.Read(ref _offsetMs));

    public TimeSpan Offset => TimeSpan.FromMilliseconds(Interlocked.Read(ref _offsetMs));

    public void Advance(TimeSpan by)
    {
        if (by < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(by), by, "The clock goes forward only.");
        SetOffset(Interlocked.Read(ref _offsetMs) + (long)by.TotalMilliseconds);
    }

    public void Reset() => SetOffset(0);

    private void SetOffset(long offsetMs)
    {
        database.Run(() => database.Execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('clock_offset_ms', $1)", offsetMs));
        Interlocked.Exchange(ref _offsetMs, offsetMs);
    }
}
