using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>The PoP's authority, its terminals, their invitations and certificates, and how far each has counted its requests.</summary>
internal static class TerminalsSchema
{
    public static SchemaStep Version1 { get; } = new("terminals/1", """
        CREATE TABLE authority(
            id INTEGER PRIMARY KEY CHECK(id = 1),
            certificate BLOB NOT NULL,
            sealed_key BLOB NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE terminals(
            terminal_id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            state TEXT NOT NULL,
            serial TEXT,
            model TEXT,
            firmware TEXT,
            paired_at TEXT,
            revoked_at TEXT,
            revoked_because TEXT
        ) STRICT, WITHOUT ROWID;
        -- sealed_secret: what the code was stretched to, never the code.
        CREATE TABLE pairings(
            pairing_id TEXT PRIMARY KEY,
            terminal_id TEXT NOT NULL REFERENCES terminals(terminal_id),
            state TEXT NOT NULL,
            sealed_secret BLOB NOT NULL,
            expires_at TEXT NOT NULL,
            wrong_tries INTEGER NOT NULL DEFAULT 0,
            request_hash BLOB,
            serial_number TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pairings_open ON pairings(state, expires_at);
        CREATE TABLE certificates(
            serial_number TEXT PRIMARY KEY,
            terminal_id TEXT NOT NULL REFERENCES terminals(terminal_id),
            thumbprint TEXT NOT NULL UNIQUE,
            public_key_hash BLOB NOT NULL,
            certificate BLOB NOT NULL,
            not_after TEXT NOT NULL,
            -- Past this moment it is good for nothing; renewing sets it for the one before, revoking for all.
            ends_at TEXT NOT NULL,
            revoked INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX certificates_by_terminal ON certificates(terminal_id);
        -- A ring per terminal: slot = sequence modulo its size.
        CREATE TABLE terminal_requests(
            terminal_id TEXT NOT NULL,
            slot INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            content_hash BLOB NOT NULL,
            seen_at TEXT NOT NULL,
            PRIMARY KEY(terminal_id, slot)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE terminal_gaps(
            terminal_id TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            noted_at TEXT NOT NULL,
            PRIMARY KEY(terminal_id, first)
        ) STRICT, WITHOUT ROWID;
        """);
}
