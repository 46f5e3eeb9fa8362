namespace Marquee.EdgeSync.Facts;

/// <summary>Waits that double from <paramref name="least"/> to <paramref name="most"/> while something keeps failing.</summary>
internal sealed class Backoff(TimeSpan least, TimeSpan most, TimeProvider time)
{
    private TimeSpan? _next;

    /// <summary>Whether nothing has failed since the last success.</summary>
    public bool IsFirst => _next is null;

    public void Reset() => _next = null;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = _next ?? least;
        _next = wait + wait < most ? wait + wait : most;
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }
}
