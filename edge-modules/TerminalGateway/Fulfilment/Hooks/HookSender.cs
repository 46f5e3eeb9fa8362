using System.Globalization;
using System.Net.Http.Headers;
using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Fulfilment.Hooks;

/// <summary>
/// Sends hooks to their endpoints, each endpoint's in order. Whatever is not 2xx is tried again, at waits that double; after
/// <see cref="MaxAttempts"/> it is dead, counted, and the next has its turn. Redirects are not followed: what is sent goes where it was
/// configured to go.
/// </summary>
internal sealed partial class HookSender(
    EdgeStore store, HookSettings settings, HookClient client, TimeProvider time, ILogger<HookSender> logger) : BackgroundService
{
    /// <summary>Tries of one hook: with the waits below, three quarters of an hour.</summary>
    public const int MaxAttempts = 12;

    public static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan MostWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    /// <summary>Sends the first hook of each endpoint that is due; returns whether any was delivered or given up, so that more may be due.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var moved = await Task.WhenAll(settings.Endpoints.Select(e => SendFirstAsync(e, cancellationToken))).ConfigureAwait(false);
        return moved.Any(m => m);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && settings.Endpoints.Count > 0)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken).ConfigureAwait(false)) continue;
            }
            catch (SqliteException e)
            {
                LogFault(logger, e);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Idle, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> SendFirstAsync(HookEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (store.Read(r => HookQueue.First(r, endpoint.Url)) is not { } hook || hook.NextAt > time.GetUtcNow()) return false;
        var failure = await SendAsync(endpoint, hook, cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            await store.WriteAsync(tx => HookQueue.Delivered(tx, endpoint.Url, hook.Number), CancellationToken.None).ConfigureAwait(false);
            return true;
        }

        if (hook.Attempts + 1 >= MaxAttempts)
        {
            LogDead(logger, hook.Number, hook.Kind, failure);
            await store.WriteAsync(tx => HookQueue.Dead(tx, endpoint.Url, hook.Number), CancellationToken.None).ConfigureAwait(false);
            return true;
        }

        var next = time.GetUtcNow() + Wait(hook.Attempts);
        await store.WriteAsync(tx => HookQueue.Failed(tx, hook.Number, next), CancellationToken.None).ConfigureAwait(false);
        return false;
    }

    /// <summary>Null when it was taken, else what went wrong.</summary>
    private async Task<string?> SendAsync(HookEndpoint endpoint, PendingHook hook, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url);
        request.Content = new ByteArrayContent(hook.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(HookSignature.Header, HookSignature.Of(endpoint.Secret, time.GetUtcNow(), hook.Body));
        request.Headers.Add("Marquee-Delivery", hook.Number.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Marquee-Event", hook.Kind);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var answer = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"status {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    private static TimeSpan Wait(int attempts)
    {
        var wait = LeastWait * Math.Pow(2, attempts);
        return wait < MostWait ? wait : MostWait;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Hook {Delivery} ({Kind}) is given up: {Reason}")]
    private static partial void LogDead(ILogger logger, long delivery, string kind, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Hooks could not be kept; it goes on after a pause")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
