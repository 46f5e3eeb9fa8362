namespace Marquee.TerminalGateway.Tonight;

/// <summary>The store's payments in one shape: those that stand in their sale's own row beside those of the tenders' table.</summary>
internal static class PaymentRows
{
    /// <summary>States of a sale of which the customer was told that it stands.</summary>
    public const string Approved = "'approvedOnline', 'approvedOffline', 'captured', 'declinedAtForward', 'authorised'";

    /// <summary>order_id, event_id, terminal_id, sale (its state), kind, payment (its state), amount, since, decline_code.</summary>
    public const string Sql =
        """
        SELECT order_id, event_id, terminal_id, state AS sale, 'card' AS kind,
            CASE WHEN state IN ('approvedOnline', 'captured') THEN 'captured' WHEN state IN ('declined', 'declinedAtForward') THEN 'declined'
                WHEN state='voided' THEN 'voided' WHEN attempted_at IS NULL THEN 'planned' ELSE 'authorising' END AS payment,
            total AS amount, coalesce(decided_at, attempted_at, received_at) AS since, decline_code
        FROM sales WHERE paid_by='card'
        UNION ALL
        SELECT s.order_id, s.event_id, s.terminal_id, s.state, t.kind, t.state, t.amount, coalesce(t.attempted_at, s.decided_at, s.received_at),
            t.decline_code
        FROM sales AS s JOIN tenders AS t USING(order_id)
        """;
}
