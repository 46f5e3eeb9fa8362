using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Safekeeping;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Terminals;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Storage;

/// <summary>The till's store: events as the cloud configured them, quotas, and the journal of sales.</summary>
internal static class GatewaySchema
{
    public static IReadOnlyList<SchemaStep> Steps { get; } =
    [
        OutboxSchema.Version1,
        new("gateway/1", """
            CREATE TABLE events(
                event_id TEXT PRIMARY KEY,
                version INTEGER NOT NULL,
                phase TEXT NOT NULL,
                title TEXT NOT NULL,
                currency TEXT NOT NULL,
                starts_at TEXT NOT NULL,
                ends_at TEXT NOT NULL,
                offline_per_sale INTEGER NOT NULL,
                offline_outstanding INTEGER NOT NULL,
                drained_version INTEGER NOT NULL DEFAULT 0
            ) STRICT, WITHOUT ROWID;
            -- taken: units held or sold. It only ever meets quota from below; a quota lowered under it sells nothing more.
            CREATE TABLE stock(
                event_id TEXT NOT NULL REFERENCES events(event_id),
                sku TEXT NOT NULL,
                name TEXT NOT NULL,
                unit_price INTEGER NOT NULL,
                quota INTEGER NOT NULL,
                listed INTEGER NOT NULL,
                taken INTEGER NOT NULL DEFAULT 0 CHECK(taken >= 0),
                PRIMARY KEY(event_id, sku)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE sales(
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                order_id TEXT NOT NULL UNIQUE,
                request_hash BLOB NOT NULL,
                event_id TEXT NOT NULL REFERENCES events(event_id),
                terminal_id TEXT NOT NULL,
                terminal_sequence INTEGER NOT NULL,
                lines TEXT NOT NULL,
                tip INTEGER NOT NULL,
                total INTEGER NOT NULL,
                currency TEXT NOT NULL,
                payment_method TEXT,
                state TEXT NOT NULL,
                attempt INTEGER NOT NULL,
                attempted_at TEXT,
                payment_intent_id TEXT,
                charge_id TEXT,
                fee INTEGER,
                fee_currency TEXT,
                decline_code TEXT,
                received_at TEXT NOT NULL,
                decided_at TEXT
            ) STRICT;
            CREATE INDEX sales_open ON sales(number) WHERE state IN ('received', 'authorising', 'approvedOffline');
            CREATE INDEX sales_by_event ON sales(event_id, state);
            """),
        OutboxSchema.Version2,
        HardeningSchema.Version1,
        OperationsSchema.Version1,
        IdentitySchema.Policies,
        StockSchema.Version1,
        JournalSchema.Version1,
        SafekeepingSchema.Version1,
        OfflineSchema.Exposure,
        TerminalsSchema.Version1,
        FulfilmentSchema.Version1,
        WatchSchema.Version1,
        OperationsSchema.Undecided,
        IdentitySchema.Checks,
        DebtSchema.Version1,
        OfflineSchema.Clock,
        MirrorSchema.Version1,
    ];
}
