namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>What a pump does about failures: it says so, and waits a little longer each time, but goes on.</summary>
internal sealed class PumpFaults(string entityPath, Func<PumpError, Task> onError, TimeProvider timeProvider)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    internal async Task ReportAsync(ServiceBusErrorSource source, Exception exception)
    {
        try
        {
            await onError(new PumpError(source, exception, entityPath)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The error handler has no error handler. A pump that stopped for it would be worse than one that is silent.
        }
    }

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    internal Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        return Task.Delay(pause < LongestPause ? pause : LongestPause, timeProvider, cancellationToken);
    }
}
