using Marquee.EdgeSync.Storage;

namespace Marquee.EdgeSync.Facts;

/// <summary>Tables of the outbox and the inbox, for a module's list of schema steps.</summary>
public static class OutboxSchema
{
    public static SchemaStep Version1 { get; } = new("edgesync/1", """
        CREATE TABLE outbox_streams(
            stream TEXT PRIMARY KEY,
            last_sequence INTEGER NOT NULL,
            accepted_sequence INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE outbox(
            stream TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL,
            fact BLOB NOT NULL,
            PRIMARY KEY(stream, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE inbox(
            key TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            received_at TEXT NOT NULL,
            command BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        """);

    /// <summary>The inbox keeps which commands were taken, not what they said.</summary>
    public static SchemaStep Version2 { get; } = new("edgesync/2", "ALTER TABLE inbox DROP COLUMN command;");
}
