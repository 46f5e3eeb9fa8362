using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>Something wrong at a PoP's terminal, as it was last told.</summary>
public sealed record PopAnomaly(string PopId, AnomalyRaised Anomaly);

/// <summary>
/// What the PoPs' watches found, by event; what belongs to none, by PoP. Facts come in order and each says all there is, so the last one stands
/// and taking it again changes nothing.
/// </summary>
public sealed class AnomalyStore(MarqueeTables tables)
{
    // No event's id can look like it.
    private const string NoEvent = "_none";

    /// <summary>An event that the cloud does not know is no reason to lose an alert.</summary>
    public Task PutAsync(string popId, AnomalyRaised anomaly, CancellationToken cancellationToken) => tables.Anomalies.PutAsync(
        Rows.Of(anomaly.EventId ?? NoEvent, $"{popId}|{anomaly.AnomalyId}", new PopAnomaly(popId, anomaly)), cancellationToken);

    /// <summary>Of one event, latest first.</summary>
    public async Task<IReadOnlyList<PopAnomaly>> OfEventAsync(string eventId, CancellationToken cancellationToken) =>
        LatestFirst(await tables.Anomalies.ReadAllAsync<PopAnomaly>(eventId, "", cancellationToken));

    /// <summary>Of one PoP while no event was on, latest first.</summary>
    public async Task<IReadOnlyList<PopAnomaly>> OfPopAsync(string popId, CancellationToken cancellationToken) =>
        LatestFirst(await tables.Anomalies.ReadAllAsync<PopAnomaly>(NoEvent, $"{popId}|", cancellationToken));

    private static List<PopAnomaly> LatestFirst(IReadOnlyList<PopAnomaly> anomalies) => [.. anomalies.OrderByDescending(a => a.Anomaly.RaisedAt)];
}
