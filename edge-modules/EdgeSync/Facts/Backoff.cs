namespace Marquee.EdgeSync.Facts;

/// <summary>Waits that double from <paramref name="least"/> to <paramref name="most"/> while something keeps failing.</summary>
internal sealed class Backoff(TimeSpan least, TimeSpan most, TimeProvider time)
{
    private TimeSpan _next = least;

    public TimeSpan Next => _next;

    public void Reset() => _next = least;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = _next;
        _next = wait + wait < most ? wait + wait : most;
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }
}
