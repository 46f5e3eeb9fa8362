namespace Marquee.TerminalGateway.Payments;

/// <summary>How the line to the processor is; <see cref="Reason"/> and <see cref="ProbeAt"/> only while it is down.</summary>
internal sealed record LineStatus(bool IsOnline, DateTimeOffset Since, string? Reason, DateTimeOffset? ProbeAt);

/// <summary>
/// Decides whether the processor is asked at all. One failure opens it: the next customer does not wait for the same time-out again, and
/// what that costs is bounded, since the line is tried again (by the forwarder, never by a customer) after a second, then after twice as
/// long up to a bound, and the first answer closes it.
/// </summary>
internal sealed class LineBreaker
{
    private readonly Lock _gate = new();
    private readonly GatewaySettings _settings;
    private readonly TimeProvider _time;
    private LineStatus _status;
    private TimeSpan _interval;

    public LineBreaker(GatewaySettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _interval = settings.ProbeInterval;
        _status = new LineStatus(true, time.GetUtcNow(), null, null);
    }

    public LineStatus Status
    {
        get
        {
            lock (_gate) return _status;
        }
    }

    public bool IsOnline => Status.IsOnline;

    /// <summary>Zero when the line is up or due to be tried.</summary>
    public TimeSpan UntilProbe => Status.ProbeAt is { } at && at - _time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero;

    /// <summary>Draws the conclusion from an outcome: an answer, whatever it says, is a line that works; a busy processor says nothing.</summary>
    public void Note(PaymentOutcome outcome)
    {
        if (IntentReading.IsBusy(outcome)) return;
        if (outcome is PaymentOutcome.Unknown unknown) Failed(unknown.Reason);
        else Succeeded();
    }

    public void Succeeded()
    {
        lock (_gate)
        {
            _interval = _settings.ProbeInterval;
            if (!_status.IsOnline) _status = new LineStatus(true, _time.GetUtcNow(), null, null);
        }
    }

    public void Failed(string reason)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (_status.IsOnline)
            {
                _status = new LineStatus(false, now, reason, now + _interval);
            }
            else if (now >= _status.ProbeAt)
            {
                // A failed probe. Answers of sales that were under way when the line went down say nothing new.
                _interval = _interval + _interval < _settings.ProbeMost ? _interval + _interval : _settings.ProbeMost;
                _status = _status with { Reason = reason, ProbeAt = now + _interval };
            }
        }
    }
}
