namespace Marquee.TerminalGateway.Tonight;

/// <summary>The store's payments in one shape: those that stand in their sale's own row beside those of the tenders' table.</summary>
internal static class PaymentRows
{
    /// <summary>States of a sale of which the customer was told that it stands.</summary>
    public const string Approved = "'approvedOnline', 'approvedOffline', 'captured', 'declinedAtForward', 'authorised'";

    /// <summary>
    /// order_id, event_id, terminal_id, sale (its state), kind, payment (its state), amount, since, decline_code. A debt that was paid is a payment
    /// of what was still owed.
    /// </summary>
    public const string Sql =
        """
        SELECT s.order_id, s.event_id, s.terminal_id, s.state AS sale, 'card' AS kind,
            CASE WHEN s.state IN ('approvedOnline', 'captured') OR d.order_id IS NOT NULL THEN 'captured'
                WHEN s.state IN ('declined', 'declinedAtForward') THEN 'declined'
                WHEN s.state='voided' THEN 'voided' WHEN s.attempted_at IS NULL THEN 'planned' ELSE 'authorising' END AS payment,
            coalesce(d.amount, s.total) AS amount, coalesce(s.decided_at, s.attempted_at, s.received_at) AS since, s.decline_code
        FROM sales AS s LEFT JOIN debts AS d ON d.order_id=s.order_id AND d.state='recovered' WHERE s.paid_by='card'
        UNION ALL
        SELECT s.order_id, s.event_id, s.terminal_id, s.state, t.kind, t.state, t.amount, coalesce(t.attempted_at, s.decided_at, s.received_at),
            t.decline_code
        FROM sales AS s JOIN tenders AS t USING(order_id)
        """;

    /// <summary>Of the refund <c>r</c>: it came off a debt that was then paid, so that neither the promise nor the payment has it.</summary>
    public const string IsOffRecovered = "(r.state='offDebt' AND EXISTS(SELECT 1 FROM debts AS d WHERE d.order_id=r.order_id AND d.state='recovered'))";
}
