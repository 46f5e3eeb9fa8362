using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Watch;

/// <summary>Alerts as they were last told, and what was learnt of each terminal.</summary>
internal static class WatchSchema
{
    public static SchemaStep Version1 { get; } = new("watch/1", """
        -- reported: the escalation that the cloud was told last; -1 for none.
        CREATE TABLE anomalies(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            anomaly_id TEXT NOT NULL UNIQUE,
            raised_at TEXT NOT NULL,
            escalation INTEGER NOT NULL,
            reported INTEGER NOT NULL DEFAULT -1,
            anomaly TEXT NOT NULL
        ) STRICT;
        CREATE INDEX anomalies_unreported ON anomalies(number) WHERE reported < escalation;
        CREATE TABLE watch_baselines(
            terminal_id TEXT PRIMARY KEY,
            saved_at TEXT NOT NULL,
            state TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """);
}
