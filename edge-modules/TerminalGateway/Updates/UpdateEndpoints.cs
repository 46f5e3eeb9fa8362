using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Terminals;

namespace Marquee.TerminalGateway.Updates;

/// <summary>Server-sent events (WHATWG HTML, 9.2) for terminals.</summary>
internal static class UpdateEndpoints
{
    /// <summary>Longest silence; a reader that hears nothing for twice as long has lost the line.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    public static IServiceCollection AddUpdates(this IServiceCollection services) => services
        .AddSingleton<UpdateFeed>()
        .AddSingleton<FactUpdates>()
        .AddHostedService(s => s.GetRequiredService<FactUpdates>());

    public static void MapUpdates(this IEndpointRouteBuilder terminals) => terminals.MapGet("/updates", Stream)
        .WithName("streamUpdates").WithSummary("News of this terminal's sales, of stock, events and the line, as it happens; Last-Event-ID goes on where it ended.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");

    private static IResult Stream(HttpContext http, UpdateFeed feed, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var terminal = http.Features.Get<TerminalIdentity>() ?? throw new InvalidOperationException("Nobody asks for updates.");
        var lastId = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } id] ? id : null;
        return feed.TrySubscribe(terminal.TerminalId, lastId) is { } reader
            ? TypedResults.ServerSentEvents(ReadAsync(reader, feed, time, lifetime.ApplicationStopping, http.RequestAborted))
            : Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_streams", "This terminal reads updates already, or too many terminals do.");
    }

    private static async IAsyncEnumerable<SseItem<JsonElement>> ReadAsync(
        UpdateReader reader, UpdateFeed feed, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (reader)
        {
            // First of all where it begins, so that a reader which is cut off before any news comes back to the right place.
            yield return Item(reader.Lost ? Update.Reset : Update.Ping, feed.LastId, new { });
            while (!cancellationToken.IsCancellationRequested)
            {
                if (await WaitAsync(reader, time, stopping, cancellationToken).ConfigureAwait(false) is { } ended)
                {
                    if (ended.Length > 0) yield return Item(Update.Dropped, id: null, new { reason = ended });
                    yield break;
                }

                if (!reader.Waiting.TryPeek(out _)) yield return Item(Update.Ping, id: null, new { });
                while (reader.Waiting.TryRead(out var update)) yield return new(update.Data, update.Type) { EventId = feed.IdOf(update.Number) };
            }
        }
    }

    /// <summary>Null when there is news or it is time for a sign of life; else why the stream ends, in a word, or nothing when its reader is gone.</summary>
    private static async Task<string?> WaitAsync(UpdateReader reader, TimeProvider time, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var ping = new CancellationTokenSource(PingInterval, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(ping.Token, stopping, cancellationToken);
        try
        {
            return await reader.Waiting.WaitToReadAsync(any.Token).ConfigureAwait(false) ? null : "too_slow";
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? "" : stopping.IsCancellationRequested ? "stopping" : null;
        }
    }

    private static SseItem<JsonElement> Item(string type, string? id, object data) => new(JsonSerializer.SerializeToElement(data), type) { EventId = id };
}
