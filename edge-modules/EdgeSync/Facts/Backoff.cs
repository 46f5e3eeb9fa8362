namespace Marquee.EdgeSync.Facts;

/// <summary>Waits that double from <paramref name="least"/> to <paramref name="most"/> while something keeps failing.</summary>
internal sealed class Backoff(TimeSpan least, TimeSpan most, TimeProvider time)
{
    private TimeSpan? _next;

    public TimeSpan Next => _next ?? least;

    public void Reset() => _next = null;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Next;
        _next = wait + wait < most ? wait + wait : most;
        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
    }
}
