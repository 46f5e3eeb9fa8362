using Marquee.App.Storage;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>What looks wrong at terminals, latest first.</summary>
public sealed record AnomalyReport(IReadOnlyList<PopAnomaly> Anomalies);

/// <summary>What the PoPs' watches found.</summary>
public sealed class AnomaliesApi(EventStore events, AnomalyStore anomalies)
{
    [Function("GetAnomalies")]
    public async Task<IResult> GetAnomalies(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}/anomalies")] HttpRequest request, string eventId, CancellationToken cancellationToken) =>
        await events.FindAsync(eventId, cancellationToken) is null
            ? Problems.NotFound("event", eventId)
            : Body.Json(new AnomalyReport(await anomalies.OfEventAsync(eventId, cancellationToken)));

    /// <summary>Those that belong to no event: a device swapped in the afternoon, sales in the dead of night.</summary>
    [Function("GetPopAnomalies")]
    public async Task<IResult> GetPopAnomalies(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/pops/{popId}/anomalies")] HttpRequest request, string popId, CancellationToken cancellationToken) =>
        Body.Json(new AnomalyReport(await anomalies.OfPopAsync(popId, cancellationToken)));
}
