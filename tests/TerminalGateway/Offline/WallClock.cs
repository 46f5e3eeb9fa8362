using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Offline;

/// <summary>A machine's clocks: what passes moves both, and setting the wall clock leaves the monotonic one alone.</summary>
internal sealed class WallClock(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _passing = new(start);
    private TimeSpan _set;

    public override long TimestampFrequency => _passing.TimestampFrequency;

    public void Advance(TimeSpan by) => _passing.Advance(by);

    public void SetTo(DateTimeOffset time) => _set = time - _passing.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _passing.GetUtcNow() + _set;

    public override long GetTimestamp() => _passing.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _passing.CreateTimer(callback, state, dueTime, period);
}
