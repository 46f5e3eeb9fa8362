using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Marquee.Local.Functions.Invocation;

/// <summary>
/// Cancels what still runs when most of the host's shutdown time is used up. Until then a stop only waits: listeners take nothing new
/// and running functions end in peace.
/// </summary>
internal sealed class InvocationAbort : IDisposable
{
    /// <summary>The part of the shutdown time that functions may use undisturbed.</summary>
    private const double PatienceShare = 0.8;

    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _stopping;

    public InvocationAbort(IHostApplicationLifetime lifetime, IOptions<HostOptions> options, TimeProvider time)
    {
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Token = _source.Token;
        var patience = options.Value.ShutdownTimeout is var limit && limit == Timeout.InfiniteTimeSpan ? limit : limit * PatienceShare;
        _stopping = lifetime.ApplicationStopping.Register(() => _source.CancelAfter(patience));
    }

    public CancellationToken Token { get; }

    public void Dispose()
    {
        _stopping.Dispose();
        _source.Dispose();
    }
}
