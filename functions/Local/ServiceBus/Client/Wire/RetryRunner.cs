namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Tries an operation until it succeeds, fails for good, or the retry options say enough.</summary>
internal sealed class RetryRunner(ServiceBusRetryOptions options, TimeProvider timeProvider)
{
    internal ServiceBusRetryPolicy Policy { get; } = options.CustomRetryPolicy ?? new BoundedRetryPolicy(options);

    /// <param name="operation">One try, given how long it may take.</param>
    /// <param name="cancellationToken">Ends tries and pauses.</param>
    internal async Task<T> RunAsync<T>(Func<TimeSpan, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan delay;
            try
            {
                return await operation(Policy.CalculateTryTimeout(attempt), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested
                && Policy.CalculateRetryDelay(exception, attempt + 1) is { } pause)
            {
                delay = pause;
            }

            await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    internal Task RunAsync(Func<TimeSpan, CancellationToken, Task> operation, CancellationToken cancellationToken) =>
        RunAsync(
            async (timeout, token) =>
            {
                await operation(timeout, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
}
