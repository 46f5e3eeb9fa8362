using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>Orders for pick-up, what happened to them in order, the tablets' actions by their ids, and hooks on their way out.</summary>
internal static class FulfilmentSchema
{
    public static SchemaStep Version1 { get; } = new("fulfilment/1", """
        -- to_pick: what still has to come off the shelf. resumes: where a withheld order goes on. issue, tries: of the hand-over code.
        CREATE TABLE pick_orders(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            order_id TEXT NOT NULL UNIQUE,
            event_id TEXT NOT NULL REFERENCES events(event_id),
            lines TEXT NOT NULL,
            to_pick TEXT NOT NULL,
            state TEXT NOT NULL,
            resumes TEXT,
            promised_at TEXT NOT NULL,
            picker TEXT,
            lease_until TEXT,
            issue INTEGER NOT NULL DEFAULT 1,
            tries INTEGER NOT NULL DEFAULT 0,
            changed_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX pick_orders_open ON pick_orders(promised_at, number) WHERE state NOT IN ('handedOver', 'cancelled');
        CREATE TABLE pick_events(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            order_id TEXT NOT NULL REFERENCES pick_orders(order_id),
            state TEXT NOT NULL,
            by TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER pick_events_stay BEFORE UPDATE ON pick_events BEGIN SELECT RAISE(ABORT, 'pick events are append-only'); END;
        CREATE TRIGGER pick_events_last BEFORE DELETE ON pick_events BEGIN SELECT RAISE(ABORT, 'pick events are append-only'); END;
        CREATE TABLE pick_actions(
            action_id TEXT PRIMARY KEY,
            request_hash BLOB NOT NULL,
            order_id TEXT NOT NULL,
            refusal TEXT,
            detail TEXT
        ) STRICT, WITHOUT ROWID;
        -- Up to which of pick_events the cloud and the hooks have been told.
        CREATE TABLE pick_reported(one INTEGER PRIMARY KEY CHECK(one = 1), number INTEGER NOT NULL) STRICT;
        INSERT INTO pick_reported(one, number) VALUES(1, 0);
        CREATE TABLE hooks(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL,
            kind TEXT NOT NULL,
            body BLOB NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX hooks_by_url ON hooks(url, number);
        CREATE TABLE hook_counts(
            url TEXT PRIMARY KEY,
            delivered INTEGER NOT NULL DEFAULT 0,
            dead INTEGER NOT NULL DEFAULT 0,
            dropped INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        """);
}
