using System.Text.Json.Serialization;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Control;

/// <summary>Ways in which Stripe can be away.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutageMode>))]
internal enum OutageMode
{
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The connection is dropped before anything is read.</summary>
    [JsonStringEnumMemberName("refuse")] Refuse,

    /// <summary>The request is taken and never answered; nothing is done.</summary>
    [JsonStringEnumMemberName("hang")] Hang,

    /// <summary>500 from within the endpoint: kept under the idempotency key.</summary>
    [JsonStringEnumMemberName("error500")] Error500,

    /// <summary>The answer comes late.</summary>
    [JsonStringEnumMemberName("slow")] Slow,

    /// <summary>Everything is done, committed, and then the connection is dropped: the nastiest.</summary>
    [JsonStringEnumMemberName("lose_answer")] LoseAnswer,

    /// <summary>429.</summary>
    [JsonStringEnumMemberName("rate_limit")] RateLimit,
}

/// <param name="Mode">What happens.</param>
/// <param name="LatencyMs">Wait before it happens, in milliseconds.</param>
/// <param name="PathPrefix">Only to paths that begin so.</param>
/// <param name="Count">Only to this many requests; without it until changed.</param>
/// <param name="After">So many requests are let through unharmed first.</param>
internal sealed record OutageSetting(OutageMode Mode, int LatencyMs = 0, string? PathPrefix = null, int? Count = null, int After = 0);

/// <summary>The outage that rehearsals set over the control API. It is not kept across restarts: a new process is a healthy one.</summary>
internal sealed class Outage : IDisposable
{
    private readonly Lock _lock = new();
    private OutageSetting _current = new(OutageMode.None);
    private CancellationTokenSource _changed = new();

    public OutageSetting Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    /// <summary>Changes the mode and lets go of whatever hangs.</summary>
    public void Set(OutageSetting setting)
    {
        lock (_lock)
        {
            _current = setting;
            // Not disposed: requests that hang still hold its token.
            _changed.Cancel();
            _changed = new CancellationTokenSource();
        }
    }

    public Fault Next(string path)
    {
        lock (_lock)
        {
            if (_current.Mode == OutageMode.None
                || (_current.PathPrefix is { } prefix && !path.StartsWith(prefix, StringComparison.Ordinal)))
                return new Fault(OutageMode.None, 0, CancellationToken.None);
            if (_current.After > 0)
            {
                _current = _current with { After = _current.After - 1 };
                return new Fault(OutageMode.None, 0, CancellationToken.None);
            }
            var fault = new Fault(_current.Mode, _current.LatencyMs, _changed.Token);
            if (_current.Count is { } left)
                _current = left > 1 ? _current with { Count = left - 1 } : new OutageSetting(OutageMode.None);
            return fault;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _changed.Cancel();
            _changed.Dispose();
        }
    }
}

/// <summary>What befalls one request.</summary>
internal sealed record Fault(OutageMode Mode, int LatencyMs, CancellationToken Changed)
{
    /// <summary>The wait, while the request already holds its idempotency key. False when it goes no further.</summary>
    public async Task<bool> WaitAsync(TimeProvider time, CancellationToken aborted)
    {
        if (LatencyMs > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(LatencyMs), time, aborted);
        if (Mode != OutageMode.Hang)
            return true;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted, Changed);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return false;
    }

    /// <summary>Inside the endpoint, after validation.</summary>
    public void Execute()
    {
        if (Mode == OutageMode.Error500)
            throw new ApiError(500, "api_error", null, "An unknown error occurred. If this persists, please contact support.");
        if (Mode == OutageMode.RateLimit)
            throw Wire.RateLimit.Refusal();
    }
}
