using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// Stock as movements that are only ever added, the balance that they fold to beside each product, and holds. What an older till had taken
/// is brought over: held where the sale is still being paid, sold where it stands.
/// </summary>
internal static class StockSchema
{
    public static SchemaStep Version1 { get; } = new("stock/1", """
        ALTER TABLE stock ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK(held >= 0);
        ALTER TABLE stock ADD COLUMN sold INTEGER NOT NULL DEFAULT 0 CHECK(sold >= 0);
        ALTER TABLE stock ADD COLUMN returned INTEGER NOT NULL DEFAULT 0 CHECK(returned >= 0);
        ALTER TABLE stock ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0 CHECK(damaged >= 0);
        -- Signed: what counts of the shelf found over or under the books.
        ALTER TABLE stock ADD COLUMN recounted INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE stock_movements(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id TEXT NOT NULL,
            sku TEXT NOT NULL,
            kind TEXT NOT NULL,
            quantity INTEGER NOT NULL,
            reference TEXT NOT NULL,
            reason TEXT,
            at TEXT NOT NULL,
            FOREIGN KEY(event_id, sku) REFERENCES stock(event_id, sku)
        ) STRICT;
        CREATE INDEX stock_movements_by_sku ON stock_movements(event_id, sku, number);
        CREATE INDEX stock_movements_by_reference ON stock_movements(reference);
        CREATE TRIGGER stock_movements_stay BEFORE UPDATE ON stock_movements BEGIN SELECT RAISE(ABORT, 'stock movements are append-only'); END;
        CREATE TRIGGER stock_movements_last BEFORE DELETE ON stock_movements BEGIN SELECT RAISE(ABORT, 'stock movements are append-only'); END;
        -- order_id: the sale that pays or has paid. A sale without a hold of its own has one under 'sale/' and its order.
        CREATE TABLE holds(
            hold_id TEXT PRIMARY KEY,
            event_id TEXT NOT NULL REFERENCES events(event_id),
            terminal_id TEXT NOT NULL,
            request_hash BLOB,
            lines TEXT NOT NULL,
            state TEXT NOT NULL,
            order_id TEXT UNIQUE,
            placed_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX holds_due ON holds(expires_at) WHERE state='open';
        CREATE INDEX holds_active ON holds(event_id) WHERE state IN ('open', 'paying');
        CREATE TABLE stock_adjustments(
            adjustment_id TEXT PRIMARY KEY,
            request_hash BLOB NOT NULL,
            event_id TEXT NOT NULL,
            sku TEXT NOT NULL,
            movement INTEGER NOT NULL REFERENCES stock_movements(number)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO holds(hold_id, event_id, terminal_id, lines, state, order_id, placed_at, expires_at)
            SELECT 'sale/' || order_id, event_id, terminal_id,
                (SELECT json_group_array(json_object('sku', sku, 'quantity', quantity)) FROM (
                    SELECT json_extract(l.value, '$.sku') AS sku, sum(json_extract(l.value, '$.quantity')) AS quantity
                    FROM json_each(sales.lines) AS l GROUP BY 1)),
                'paying', order_id, received_at, received_at
            FROM sales WHERE state IN ('received', 'authorising');
        UPDATE stock SET held=coalesce((
            SELECT sum(json_extract(l.value, '$.quantity')) FROM holds AS h, json_each(h.lines) AS l
            WHERE h.event_id=stock.event_id AND json_extract(l.value, '$.sku')=stock.sku), 0);
        UPDATE stock SET sold=taken-held;
        INSERT INTO stock_movements(event_id, sku, kind, quantity, reference, at)
            SELECT event_id, sku, 'leased', quota, 'opening', strftime('%Y-%m-%dT%H:%M:%S.0000000+00:00', 'now') FROM stock;
        INSERT INTO stock_movements(event_id, sku, kind, quantity, reference, at)
            SELECT event_id, sku, 'held', held, 'opening', strftime('%Y-%m-%dT%H:%M:%S.0000000+00:00', 'now') FROM stock WHERE held > 0;
        INSERT INTO stock_movements(event_id, sku, kind, quantity, reference, at)
            SELECT event_id, sku, 'soldAtOnce', sold, 'opening', strftime('%Y-%m-%dT%H:%M:%S.0000000+00:00', 'now') FROM stock WHERE sold > 0;
        ALTER TABLE stock DROP COLUMN taken;
        """);
}
