using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Sales;

/// <summary>What the till keeps of a sale's life after its approval: tenders, operations, refunds, receipts and shifts.</summary>
internal static class OperationsSchema
{
    /// <summary>Sales that are neither decided nor approved offline: few, however long an outage.</summary>
    public static SchemaStep Undecided { get; } = new(
        "operations/2", "CREATE INDEX sales_undecided ON sales(number) WHERE state IN ('received', 'authorising', 'authorised');");

    public static SchemaStep Version1 { get; } = new("operations/1", """
        -- card: one card's token, in the sale's own row. tenders: in the table of that name.
        ALTER TABLE sales ADD COLUMN paid_by TEXT NOT NULL DEFAULT 'card';
        ALTER TABLE sales ADD COLUMN capture TEXT NOT NULL DEFAULT 'automatic';
        -- Why what was authorised is being given back; null when it is not.
        ALTER TABLE sales ADD COLUMN unwinding TEXT;
        -- Brand, last four digits and the chip's own data, as a card receipt has to show them.
        ALTER TABLE sales ADD COLUMN card_face TEXT;
        DROP INDEX sales_open;
        CREATE INDEX sales_open ON sales(number) WHERE state IN ('received', 'authorising', 'approvedOffline', 'authorised');
        CREATE INDEX sales_by_terminal ON sales(terminal_id, number);

        CREATE TABLE tenders(
            order_id TEXT NOT NULL REFERENCES sales(order_id),
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            amount INTEGER NOT NULL,
            authorised INTEGER NOT NULL,
            currency TEXT NOT NULL,
            payment_method TEXT,
            reader TEXT,
            state TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            attempted_at TEXT,
            payment_intent_id TEXT,
            capture_before TEXT,
            charge_id TEXT,
            fee INTEGER,
            fee_currency TEXT,
            decline_code TEXT,
            card_face TEXT,
            PRIMARY KEY(order_id, number)
        ) STRICT, WITHOUT ROWID;

        -- What terminals asked for of a sale, by their own operation id.
        CREATE TABLE operations(
            order_id TEXT NOT NULL REFERENCES sales(order_id),
            operation_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            request_hash BLOB NOT NULL,
            received_at TEXT NOT NULL,
            PRIMARY KEY(order_id, operation_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE refunds(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            order_id TEXT NOT NULL REFERENCES sales(order_id),
            operation_id TEXT NOT NULL,
            event_id TEXT NOT NULL,
            terminal_id TEXT NOT NULL,
            tender INTEGER NOT NULL,
            goods INTEGER NOT NULL,
            tip INTEGER NOT NULL,
            currency TEXT NOT NULL,
            lines TEXT NOT NULL,
            restock INTEGER NOT NULL,
            method TEXT NOT NULL,
            state TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            attempted_at TEXT,
            refund_id TEXT,
            decline_code TEXT,
            requested_at TEXT NOT NULL,
            decided_at TEXT,
            UNIQUE(order_id, operation_id)
        ) STRICT;
        CREATE INDEX refunds_open ON refunds(number) WHERE state IN ('requested', 'asking');

        -- The PoP's own series. AUTOINCREMENT: a number is never given twice, and a transaction that rolls back takes its number with it.
        CREATE TABLE receipts(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            order_id TEXT NOT NULL,
            operation_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            event_id TEXT NOT NULL,
            event_version INTEGER NOT NULL,
            terminal_id TEXT NOT NULL,
            offline INTEGER NOT NULL,
            issued_at TEXT NOT NULL,
            UNIQUE(order_id, operation_id)
        ) STRICT;
        CREATE INDEX receipts_by_terminal ON receipts(terminal_id, event_id, number);

        -- Each configuration's catalogue, so that a receipt reads as it was issued whatever is configured later.
        CREATE TABLE catalogue_versions(
            event_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            catalogue TEXT NOT NULL,
            PRIMARY KEY(event_id, version)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE shifts(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            terminal_id TEXT NOT NULL,
            shift_id TEXT NOT NULL,
            request_hash BLOB NOT NULL,
            event_id TEXT NOT NULL,
            last_receipt INTEGER NOT NULL,
            report TEXT NOT NULL,
            closed_at TEXT NOT NULL,
            UNIQUE(terminal_id, shift_id)
        ) STRICT;
        """);
}
