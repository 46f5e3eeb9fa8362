using System.Text.RegularExpressions;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Terminals;
using Microsoft.AspNetCore.Http.Features;

namespace Marquee.TerminalGateway.Watch;

/// <summary>Alerts, newest first. <paramref name="Dropped"/>: observations that the watch never saw since the gateway started.</summary>
internal sealed record AnomalyList(IReadOnlyList<AnomalyRaised> Anomalies, long Dropped);

/// <summary>A change of a terminal that staff expects within <paramref name="WithinMinutes"/>. Null: to whatever it will be.</summary>
internal sealed record DeviceChangeBody(string? Serial, string? Firmware, int? WithinMinutes);

/// <summary>A terminal that beats once is expected to go on, about every <paramref name="EverySeconds"/>, until it signs off or the event closes.</summary>
internal sealed record HeartbeatResource(DateTimeOffset Time, int EverySeconds);

/// <summary>The watch over HTTP: its alerts for staff (a terminal under suspicion need not know), heartbeats from terminals.</summary>
internal static partial class WatchEndpoints
{
    private const int DefaultListed = 50;
    private const int BeatSeconds = 30;
    private const int DefaultMinutes = 60;
    private const int MaxMinutes = 7 * 24 * 60;

    public static void MapAnomalies(this IEndpointRouteBuilder staff)
    {
        staff.MapGet("/anomalies", (EdgeStore store, WatchFeed feed, int limit = DefaultListed) =>
                Results.Json(new AnomalyList(store.Read(r => AnomalyBook.List(r, limit)), feed.Dropped), ContractJson.Options))
            .WithName("listAnomalies").WithSummary("What looks wrong at terminals, newest first.").Produces<AnomalyList>();
        staff.MapPost("/terminals/{terminalId}/device-change", Announce)
            .WithName("announceDeviceChange").WithSummary("Says beforehand that a terminal's device or firmware will change.").Produces(StatusCodes.Status202Accepted);
    }

    public static void MapHeartbeat(this IEndpointRouteBuilder terminals)
    {
        terminals.MapGet("/heartbeat", (HttpContext http, WatchFeed feed, TimeProvider time) =>
            {
                var now = time.GetUtcNow();
                feed.Tell(new HeartbeatObserved(http.Features.GetRequiredFeature<TerminalIdentity>().TerminalId, now));
                return Results.Json(new HeartbeatResource(now, BeatSeconds));
            })
            .WithName("heartbeat").WithSummary("Says that the terminal lives.").Produces<HeartbeatResource>();
        terminals.MapDelete("/heartbeat", (HttpContext http, WatchFeed feed, TimeProvider time) =>
            {
                feed.Tell(new SignedOff(http.Features.GetRequiredFeature<TerminalIdentity>().TerminalId, time.GetUtcNow()));
                return Results.NoContent();
            })
            .WithName("signOff").WithSummary("Says that the terminal is about to be switched off or restarted.").Produces(StatusCodes.Status204NoContent);
    }

    private static IResult Announce(string terminalId, DeviceChangeBody body, WatchFeed feed, TimeProvider time)
    {
        if (!IdPattern().IsMatch(terminalId) || body is { Serial.Length: > 64 } or { Firmware.Length: > 64 } or { WithinMinutes: < 1 or > MaxMinutes })
            return Problems.Of(StatusCodes.Status400BadRequest, "invalid_device_change", "serial and firmware have at most 64 characters, withinMinutes is 1 to 10080.");
        var now = time.GetUtcNow();
        feed.Tell(new ChangeAnnounced(terminalId, now, body.Serial, body.Firmware, now.AddMinutes(body.WithinMinutes ?? DefaultMinutes)));
        return Results.Accepted();
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex IdPattern();
}
