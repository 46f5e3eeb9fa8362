namespace Marquee.Benchmarks.Bus;

/// <summary>A broker that is running.</summary>
internal interface IBus : IAsyncDisposable
{
    /// <summary>Connects, ready for so many workers, to an empty queue.</summary>
    Task<IBusWork> OpenAsync(int workers, CancellationToken cancellation);
}

/// <summary>A connection to a broker, and the work done over it.</summary>
internal interface IBusWork : IAsyncDisposable
{
    /// <summary>Sends a message, receives one (whoever sent it), and completes that.</summary>
    Task TripAsync(int worker, CancellationToken cancellation);
}
