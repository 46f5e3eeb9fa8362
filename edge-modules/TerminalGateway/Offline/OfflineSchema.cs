using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Offline;

/// <summary>What is outstanding without the processor's word, by everything that a cap is put on, and which cards may not add to it.</summary>
internal static class OfflineSchema
{
    public static SchemaStep Exposure { get; } = new("offline/1", """
        -- The limits as the cloud sent them; where they are null, those of the two older columns.
        ALTER TABLE events ADD COLUMN offline_limits TEXT;
        CREATE TABLE exposures(
            order_id TEXT PRIMARY KEY,
            event_id TEXT NOT NULL,
            terminal_id TEXT NOT NULL,
            card TEXT NOT NULL,
            amount INTEGER NOT NULL,
            approved_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX exposures_by_age ON exposures(event_id, approved_at);
        -- Sums of the rows above, kept with them, so that a long outage does not make each sale slower than the one before.
        CREATE TABLE exposure_sums(
            event_id TEXT NOT NULL,
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            amount INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY(event_id, scope, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER exposure_is_added AFTER INSERT ON exposures BEGIN
            INSERT INTO exposure_sums(event_id, scope, key, amount, count)
            VALUES(new.event_id, 'event', '', new.amount, 1), (new.event_id, 'terminal', new.terminal_id, new.amount, 1),
                (new.event_id, 'card', new.card, new.amount, 1)
            ON CONFLICT(event_id, scope, key) DO UPDATE SET amount=amount+excluded.amount, count=count+1;
        END;
        CREATE TRIGGER exposure_is_taken_off AFTER DELETE ON exposures BEGIN
            UPDATE exposure_sums SET amount=amount-old.amount, count=count-1 WHERE event_id=old.event_id
                AND ((scope='event' AND key='') OR (scope='terminal' AND key=old.terminal_id) OR (scope='card' AND key=old.card));
            DELETE FROM exposure_sums WHERE event_id=old.event_id AND count=0;
        END;
        INSERT INTO exposures(order_id, event_id, terminal_id, card, amount, approved_at)
            SELECT order_id, event_id, terminal_id, '', total, coalesce(decided_at, received_at) FROM sales WHERE state='approvedOffline';
        -- source: here (a debt of this till) or cloud (a debt at another PoP). since: when it was learnt.
        CREATE TABLE blocked_cards(card TEXT NOT NULL, source TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY(card, source)) STRICT, WITHOUT ROWID;
        """);

    public static SchemaStep Clock { get; } = new("offline/2", """
        -- The latest time that the till has seen: a wall clock before it has been set back.
        CREATE TABLE clock(seen TEXT NOT NULL) STRICT;
        INSERT INTO clock(seen) VALUES('0001-01-01T00:00:00.0000000+00:00');
        """);
}
