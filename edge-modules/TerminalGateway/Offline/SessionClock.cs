using System.Globalization;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Offline;

/// <summary>What the wall clock was seen to do by itself.</summary>
internal enum ClockJump
{
    /// <summary>The wall clock went back while the till was running, or was earlier at its start than at its end.</summary>
    Back,

    /// <summary>The wall clock went ahead of what has passed since the start.</summary>
    Ahead,
}

/// <summary>A jump of the wall clock against this clock. Across a restart only one back can be seen: how long the power was off is not known.</summary>
internal sealed record ClockNote(ClockJump Jump, TimeSpan By, bool AcrossRestart);

/// <summary>
/// The till's time: the wall clock as it was at the start, but never before what the store has seen, and from then on what has passed by the
/// monotonic clock. Setting the wall clock therefore neither reopens an event nor makes an outage young again. What the cloud says (the times
/// of its commands, over a connection that proves it to be the cloud) sets it right.
/// </summary>
internal sealed class SessionClock : TimeProvider
{
    /// <summary>Less is how clocks are kept right (NTP): followed forwards, waited for backwards.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _inner;
    private readonly Queue<ClockNote> _notes = new();
    private DateTimeOffset _anchor;
    private long _anchoredAt;
    private TimeSpan _knownJump;

    public SessionClock(TimeProvider inner, DateTimeOffset floor)
    {
        _inner = inner;
        var wall = inner.GetUtcNow();
        (_anchor, _anchoredAt) = (wall > floor ? wall : floor, inner.GetTimestamp());
        if (floor - wall > Tolerance) Note(new ClockNote(ClockJump.Back, floor - wall, AcrossRestart: true), wall - floor);
    }

    /// <summary>Jumps kept for whoever writes them down; more at once say nothing new.</summary>
    public const int MaxNotes = 16;

    /// <summary>Whether the wall clock stands elsewhere than this one and the cloud has not said which is right.</summary>
    public bool IsDoubtful
    {
        get
        {
            lock (_gate) return _knownJump != TimeSpan.Zero;
        }
    }

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override long TimestampFrequency => _inner.TimestampFrequency;

    /// <summary>A clock that does not start before the time that the store last saw.</summary>
    public static SessionClock Start(TimeProvider inner, EdgeStore store) => new(inner, store.Read(Floor));

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            var now = Passed();
            var drift = _inner.GetUtcNow() - now;
            if (drift > TimeSpan.Zero && drift <= Tolerance)
            {
                _anchor += drift;
                _knownJump = TimeSpan.Zero;
                return now + drift;
            }

            if (drift.Duration() > Tolerance && (drift - _knownJump).Duration() > Tolerance)
                Note(new ClockNote(drift < TimeSpan.Zero ? ClockJump.Back : ClockJump.Ahead, drift.Duration(), AcrossRestart: false), drift);
            else if (drift.Duration() <= Tolerance) _knownJump = TimeSpan.Zero;
            return now;
        }
    }

    /// <summary>
    /// It is at least <paramref name="serverTime"/>, which the cloud said; and no later than <paramref name="roundTrip"/> after it, when the
    /// cloud was answering a question that was asked so long ago. True when this clock had to be moved.
    /// </summary>
    public bool Heard(DateTimeOffset serverTime, TimeSpan? roundTrip = null)
    {
        lock (_gate)
        {
            var now = Passed();
            var right = now < serverTime - Tolerance ? serverTime
                : roundTrip is { } passed && now > serverTime + passed + Tolerance ? serverTime + passed
                : (DateTimeOffset?)null;
            if (right is null) return false;
            (_anchor, _anchoredAt) = (right.Value, _inner.GetTimestamp());
            // From here on the wall clock is measured against what the cloud said.
            _knownJump = _inner.GetUtcNow() - right.Value;
            if (_knownJump.Duration() <= Tolerance) _knownJump = TimeSpan.Zero;
            return true;
        }
    }

    /// <summary>Jumps since the last time that this was asked.</summary>
    public IReadOnlyList<ClockNote> TakeNotes()
    {
        GetUtcNow();
        lock (_gate)
        {
            ClockNote[] notes = [.. _notes];
            _notes.Clear();
            return notes;
        }
    }

    /// <summary>Remembers the time for the next start, also when the cloud has just set it back.</summary>
    public void Save(EdgeTransaction tx) => tx.Execute(
        "UPDATE clock SET seen=$now", ("$now", GetUtcNow().ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)));

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);

    private static DateTimeOffset Floor(EdgeReader reader) =>
        reader.QueryFirst("SELECT seen FROM clock", row => row.GetString(0)) is { } seen
            ? DateTimeOffset.ParseExact(seen, "O", CultureInfo.InvariantCulture)
            : DateTimeOffset.MinValue;

    private DateTimeOffset Passed() => _anchor + _inner.GetElapsedTime(_anchoredAt);

    private void Note(ClockNote note, TimeSpan jump)
    {
        _knownJump = jump;
        if (_notes.Count < MaxNotes) _notes.Enqueue(note);
    }
}
