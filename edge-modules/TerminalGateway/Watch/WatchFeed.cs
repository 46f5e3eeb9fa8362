using System.Threading.Channels;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// What the till tells the watch, after it has answered. Telling never waits and never fails: when the watch is behind by
/// <see cref="Capacity"/>, the observation is dropped and counted.
/// </summary>
internal sealed class WatchFeed
{
    public const int Capacity = 8_192;

    private readonly Channel<Observation> _channel = Channel.CreateBounded<Observation>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private long _dropped;

    /// <summary>Observations that the watch never saw.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Tell(Observation? observation)
    {
        if (observation is not null && !_channel.Writer.TryWrite(observation)) Interlocked.Increment(ref _dropped);
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Observation? observation) => _channel.Reader.TryRead(out observation);

    /// <summary>Waits until there is something to take, or <paramref name="atMost"/> has passed.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _channel.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nothing new, or the end: the caller knows which.
        }
    }
}
