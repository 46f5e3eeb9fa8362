using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;

namespace Marquee.TerminalGateway.Identity;

/// <summary>The first yes of two, and what is counted so that codes cannot be guessed; across restarts.</summary>
internal static class OverrideBook
{
    public static FirstApproval? FindFirst(EdgeReader reader, string orderId) => reader.QueryFirst(
        "SELECT event_id, policy, staff_id, reason, expires_at FROM identity_approvals WHERE order_id=$order",
        row => new FirstApproval(row.GetString(0), IdentityPolicy.Parse(row.GetString(1)), row.GetString(2), row.GetString(3), StoreText.Time(row, 4)),
        ("$order", orderId));

    public static void PutFirst(EdgeTransaction tx, string orderId, FirstApproval first, DateTimeOffset now) => tx.Execute(
        """
        INSERT OR REPLACE INTO identity_approvals(order_id, event_id, policy, staff_id, reason, approved_at, expires_at)
        VALUES($order, $event, $policy, $staff, $reason, $now, $until)
        """,
        ("$order", orderId),
        ("$event", first.EventId),
        ("$policy", first.Policy.ToString()),
        ("$staff", first.StaffId),
        ("$reason", first.Reason),
        ("$now", StoreText.Of(now)),
        ("$until", StoreText.Of(first.Until)));

    public static void DropFirst(EdgeTransaction tx, string orderId, DateTimeOffset now) => tx.Execute(
        "DELETE FROM identity_approvals WHERE order_id=$order OR expires_at<=$now", ("$order", orderId), ("$now", StoreText.Of(now)));

    public static long Count(EdgeReader reader, string subject, DateTimeOffset since) => reader.Number(
        "SELECT count(*) FROM identity_counts WHERE subject=$subject AND at>$since", ("$subject", subject), ("$since", StoreText.Of(since)));

    public static void Note(EdgeTransaction tx, string subject, DateTimeOffset now, DateTimeOffset forgetBefore)
    {
        tx.Execute("DELETE FROM identity_counts WHERE at<$before", ("$before", StoreText.Of(forgetBefore)));
        tx.Execute("INSERT INTO identity_counts(subject, at) VALUES($subject, $at)", ("$subject", subject), ("$at", StoreText.Of(now)));
    }
}

/// <summary>One member of staff who said yes, until another does.</summary>
internal sealed record FirstApproval(string EventId, IdentityPolicy Policy, string StaffId, string Reason, DateTimeOffset Until);
