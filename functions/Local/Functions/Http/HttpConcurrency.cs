using System.Threading.RateLimiting;
using Marquee.Local.Functions.Configuration;
using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Http;

/// <summary>Bounds the requests that run and that wait. One more than may wait is answered with 429 at once.</summary>
internal sealed class HttpConcurrency : IDisposable
{
    private readonly ConcurrencyLimiter? _limiter;

    public HttpConcurrency(HttpSettings settings)
    {
        if (settings.MaxConcurrentRequests is null && settings.MaxOutstandingRequests is null)
            return;
        var running = settings.MaxConcurrentRequests ?? settings.MaxOutstandingRequests!.Value;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = running,
            QueueLimit = settings.MaxOutstandingRequests is { } outstanding ? outstanding - running : int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    public async Task RunAsync(HttpContext http, Func<HttpContext, Task> next)
    {
        if (_limiter is null)
        {
            await next(http);
            return;
        }

        using var lease = await _limiter.AcquireAsync(1, http.RequestAborted);
        if (lease.IsAcquired)
        {
            await next(http);
            return;
        }

        http.Response.Headers.RetryAfter = "1";
        await Problems.WriteAsync(
            http, StatusCodes.Status429TooManyRequests, "too_many_requests", "The host has as many requests as it may take.");
    }

    public void Dispose() => _limiter?.Dispose();
}
