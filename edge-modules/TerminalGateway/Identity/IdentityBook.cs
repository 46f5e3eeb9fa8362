using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Identity;

/// <summary>The checks in the store: rows in, rows out. Rules live in <see cref="IdentityGate"/> and whoever decides a check.</summary>
internal static class IdentityBook
{
    private const string Columns =
        "check_id, order_id, event_id, terminal_id, policy, method, state, issuer, fault, unasked, session, started_at, decided_at, expires_at, used_at";

    public static IdentityCheck? Find(EdgeReader reader, string checkId) =>
        reader.QueryFirst($"SELECT {Columns} FROM identity_checks WHERE check_id=$check", Read, ("$check", checkId));

    /// <summary>An order's checks, oldest first.</summary>
    public static IReadOnlyList<IdentityCheck> Of(EdgeReader reader, string orderId) =>
        // Every sale asks, and hardly any has one.
        reader.Number("SELECT EXISTS(SELECT 1 FROM identity_checks WHERE order_id=$order)", ("$order", orderId)) == 0
            ? []
            : reader.Query($"SELECT {Columns} FROM identity_checks WHERE order_id=$order ORDER BY started_at, check_id", Read, ("$order", orderId));

    /// <summary>Checks whose person the online provider has not forgotten yet, oldest first.</summary>
    public static IReadOnlyList<IdentityCheck> WithSession(EdgeReader reader, int max) => reader.Query(
        $"SELECT {Columns} FROM identity_checks WHERE session IS NOT NULL ORDER BY expires_at LIMIT $max", Read, ("$max", max));

    public static void Put(EdgeTransaction tx, IdentityCheck check) => tx.Execute(
        $"""
        INSERT INTO identity_checks({Columns})
        VALUES($check, $order, $event, $terminal, $policy, $method, $state, $issuer, $fault, $unasked, $session, $started, $decided, $expires, $used)
        ON CONFLICT(check_id) DO UPDATE SET state=$state, issuer=$issuer, fault=$fault, unasked=$unasked, session=$session, decided_at=$decided,
            expires_at=$expires, used_at=$used
        """,
        ("$check", check.CheckId),
        ("$order", check.OrderId),
        ("$event", check.EventId),
        ("$terminal", check.TerminalId),
        ("$policy", check.Policy.ToString()),
        ("$method", StoreText.Name(check.Method)),
        ("$state", StoreText.Name(check.State)),
        ("$issuer", check.Issuer),
        ("$fault", check.Fault),
        ("$unasked", check.Unasked),
        ("$session", check.Session),
        ("$started", StoreText.Of(check.StartedAt)),
        ("$decided", StoreText.Of(check.DecidedAt)),
        ("$expires", StoreText.Of(check.ExpiresAt)),
        ("$used", StoreText.Of(check.UsedAt)));

    public static bool HasForgettable(EdgeReader reader, DateTimeOffset expiredBefore) => reader.Number(
        "SELECT EXISTS(SELECT 1 FROM identity_checks WHERE state<>'used' AND session IS NULL AND expires_at<$before)", ("$before", StoreText.Of(expiredBefore))) != 0;

    /// <summary>Forgets checks that no sale came of. Those with a session wait until the provider has dropped the document.</summary>
    public static int Forget(EdgeTransaction tx, DateTimeOffset expiredBefore) => tx.Execute(
        "DELETE FROM identity_checks WHERE state<>'used' AND session IS NULL AND expires_at<$before", ("$before", StoreText.Of(expiredBefore)));

    private static IdentityCheck Read(SqliteDataReader row) => new()
    {
        CheckId = row.GetString(0),
        OrderId = row.GetString(1),
        EventId = row.GetString(2),
        TerminalId = row.GetString(3),
        Policy = IdentityPolicy.Parse(row.GetString(4)),
        Method = Enum.Parse<IdentityMethod>(row.GetString(5), ignoreCase: true),
        State = Enum.Parse<IdentityCheckState>(row.GetString(6), ignoreCase: true),
        Issuer = row.IsDBNull(7) ? null : row.GetString(7),
        Fault = row.IsDBNull(8) ? null : row.GetString(8),
        Unasked = row.GetInt32(9),
        Session = row.IsDBNull(10) ? null : row.GetString(10),
        StartedAt = StoreText.Time(row, 11),
        DecidedAt = StoreText.TimeOrNull(row, 12),
        ExpiresAt = StoreText.Time(row, 13),
        UsedAt = StoreText.TimeOrNull(row, 14),
    };
}
