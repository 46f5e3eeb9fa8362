namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>A clock that moves three milliseconds an input.</summary>
internal sealed class FuzzClock : TimeProvider
{
    private long _microseconds = 1_000_000;

    public override long TimestampFrequency => 1_000_000;

    public void Advance() => _microseconds += 3_000;

    public override long GetTimestamp() => _microseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(_microseconds);
}
