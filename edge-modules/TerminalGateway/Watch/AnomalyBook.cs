using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;

namespace Marquee.TerminalGateway.Watch;

/// <summary>The watch's rows: alerts in and out, and what was learnt.</summary>
internal static class AnomalyBook
{
    /// <summary>Alerts that are kept; one more pushes out the oldest, told to the cloud or not.</summary>
    public const int MaxKept = 1_000;

    public const int MaxListed = 200;

    /// <summary>Alerts told to the cloud in one go.</summary>
    private const int MaxReported = 50;

    /// <summary>Writes an alert, over what was told of it before.</summary>
    public static void Put(EdgeTransaction tx, AnomalyRaised alert)
    {
        tx.Execute(
            """
            INSERT INTO anomalies(anomaly_id, raised_at, escalation, anomaly) VALUES($id, $at, $escalation, $anomaly)
            ON CONFLICT(anomaly_id) DO UPDATE SET raised_at=$at, escalation=$escalation, anomaly=$anomaly
            """,
            ("$id", alert.AnomalyId),
            ("$at", StoreText.Of(alert.RaisedAt)),
            ("$escalation", alert.Escalation),
            ("$anomaly", JsonSerializer.Serialize(alert, ContractJson.Options)));
        tx.Execute("DELETE FROM anomalies WHERE number <= (SELECT max(number) FROM anomalies) - $kept", ("$kept", MaxKept));
    }

    public static bool AnyUnreported(EdgeReader reader) => reader.Number("SELECT count(*) FROM anomalies WHERE reported < escalation") > 0;

    /// <summary>
    /// Tells the cloud what it has not heard, while the outbox is less than half full: sales need the room more.
    /// </summary>
    public static void Report(EdgeTransaction tx, Outbox outbox)
    {
        var unreported = tx.Query(
            "SELECT anomaly FROM anomalies WHERE reported < escalation ORDER BY number LIMIT $max", row => Read(row.GetString(0)), ("$max", MaxReported));
        foreach (var alert in unreported)
        {
            if (outbox.Room(tx) < outbox.Capacity / 2) return;
            outbox.Append(tx, AnomalyRaised.FactStream, alert);
            tx.Execute("UPDATE anomalies SET reported=escalation WHERE anomaly_id=$id", ("$id", alert.AnomalyId));
        }
    }

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<AnomalyRaised> List(EdgeReader reader, int limit) => reader.Query(
        "SELECT anomaly FROM anomalies ORDER BY number DESC LIMIT $limit", row => Read(row.GetString(0)), ("$limit", Math.Clamp(limit, 1, MaxListed)));

    /// <summary>Alerts last told since a moment, oldest first.</summary>
    public static IReadOnlyList<AnomalyRaised> Since(EdgeReader reader, DateTimeOffset from) => reader.Query(
        "SELECT anomaly FROM anomalies WHERE raised_at >= $from ORDER BY number", row => Read(row.GetString(0)), ("$from", StoreText.Of(from)));

    public static IReadOnlyDictionary<string, BaselineState> Baselines(EdgeReader reader) => reader
        .Query("SELECT terminal_id, state FROM watch_baselines", row =>
            (Id: row.GetString(0), State: JsonSerializer.Deserialize<BaselineState>(row.GetString(1), ContractJson.Options)!))
        .ToDictionary(b => b.Id, b => b.State, StringComparer.Ordinal);

    /// <summary>Writes what was learnt, and keeps no more terminals than the watch knows at once.</summary>
    public static void PutBaselines(EdgeTransaction tx, IEnumerable<(string TerminalId, BaselineState State)> baselines, DateTimeOffset now)
    {
        foreach (var (terminalId, state) in baselines)
        {
            tx.Execute(
                """
                INSERT INTO watch_baselines(terminal_id, saved_at, state) VALUES($terminal, $at, $state)
                ON CONFLICT(terminal_id) DO UPDATE SET saved_at=$at, state=$state
                """,
                ("$terminal", terminalId),
                ("$at", StoreText.Of(now)),
                ("$state", JsonSerializer.Serialize(state, ContractJson.Options)));
        }

        tx.Execute(
            "DELETE FROM watch_baselines WHERE terminal_id NOT IN (SELECT terminal_id FROM watch_baselines ORDER BY saved_at DESC, terminal_id LIMIT $kept)",
            ("$kept", AnomalyWatch.MaxTerminals));
    }

    private static AnomalyRaised Read(string json) => JsonSerializer.Deserialize<AnomalyRaised>(json, ContractJson.Options)!;
}
