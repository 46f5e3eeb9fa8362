using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Debts;

internal static class DebtSchema
{
    public static SchemaStep Version1 { get; } = new("debts/1", """
        CREATE TABLE debts(
            order_id TEXT PRIMARY KEY,
            event_id TEXT NOT NULL,
            terminal_id TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK(amount >= 0),
            currency TEXT NOT NULL,
            card TEXT NOT NULL,
            payment_method TEXT,
            state TEXT NOT NULL,
            decline_code TEXT NOT NULL,
            tries INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            asked_at TEXT,
            payment_intent_id TEXT,
            link_number INTEGER NOT NULL,
            link_id TEXT,
            link_url TEXT,
            link_sent_at TEXT,
            due_at TEXT,
            opened_at TEXT NOT NULL,
            closed_at TEXT,
            charge_id TEXT,
            fee INTEGER,
            fee_currency TEXT,
            reason TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX debts_due ON debts(due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX debts_by_event ON debts(event_id, opened_at);
        CREATE INDEX debts_by_card ON debts(card);
        -- Sales that were declined before debts were kept: their cards' tokens are forgotten, so a link is what is left.
        INSERT INTO debts(order_id, event_id, terminal_id, amount, currency, card, state, decline_code, tries, attempt, link_number, due_at, opened_at)
            SELECT order_id, event_id, terminal_id, owed, currency, '', 'open', coalesce(decline_code, 'declined'), 0, 1, 1, since, since FROM (
                SELECT s.*, coalesce(s.decided_at, s.received_at) AS since, s.total
                    - coalesce((SELECT sum(goods + tip) FROM refunds AS r WHERE r.order_id=s.order_id AND r.state='offDebt'), 0) AS owed
                FROM sales AS s WHERE s.state='declinedAtForward') WHERE owed > 0;
        """);
}
