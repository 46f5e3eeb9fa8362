using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Identity;

/// <summary>What the till keeps about identity: policies by product, and of each check who answered what and when. Never a document.</summary>
internal static class IdentitySchema
{
    public static SchemaStep Policies { get; } = new("identity/1", """
        ALTER TABLE stock ADD COLUMN identity TEXT;
        ALTER TABLE stock ADD COLUMN high_ticket INTEGER NOT NULL DEFAULT 0;
        """);

    public static SchemaStep Checks { get; } = new("identity/2", """
        -- session: the online provider's id of the session, until the provider has forgotten the person. issuer: who answered, never about whom.
        CREATE TABLE identity_checks(
            check_id TEXT PRIMARY KEY,
            order_id TEXT NOT NULL,
            event_id TEXT NOT NULL REFERENCES events(event_id),
            terminal_id TEXT NOT NULL,
            policy TEXT NOT NULL,
            method TEXT NOT NULL,
            state TEXT NOT NULL,
            issuer TEXT,
            fault TEXT,
            unasked INTEGER NOT NULL DEFAULT 0,
            session TEXT,
            started_at TEXT NOT NULL,
            decided_at TEXT,
            expires_at TEXT NOT NULL,
            used_at TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX identity_checks_by_order ON identity_checks(order_id);
        CREATE INDEX identity_checks_unused ON identity_checks(expires_at) WHERE state<>'used';
        CREATE INDEX identity_checks_by_session ON identity_checks(expires_at) WHERE session IS NOT NULL;
        -- The first of two members of staff, waiting for the second.
        CREATE TABLE identity_approvals(
            order_id TEXT PRIMARY KEY,
            event_id TEXT NOT NULL,
            policy TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            reason TEXT NOT NULL,
            approved_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- Wrong codes by staff member and overrides made, to count against their limits; across restarts.
        CREATE TABLE identity_counts(number INTEGER PRIMARY KEY, subject TEXT NOT NULL, at TEXT NOT NULL) STRICT;
        CREATE INDEX identity_counts_by_subject ON identity_counts(subject, at);
        """);
}
