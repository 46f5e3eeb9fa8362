using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Sales.Refunds;

/// <summary>Refunds: rows in, rows out.</summary>
internal static class RefundRegister
{
    private const string Columns =
        "number, order_id, operation_id, event_id, terminal_id, tender, goods, tip, currency, lines, restock, method, state, attempt, attempted_at, " +
        "refund_id, decline_code, requested_at, decided_at";

    // Word for word the condition of the index refunds_open.
    private const string IsOpen = "state IN ('requested', 'asking')";

    public static Refund? Find(EdgeReader reader, string orderId, string operationId) => reader.QueryFirst(
        $"SELECT {Columns} FROM refunds WHERE order_id=$order AND operation_id=$operation", Read, ("$order", orderId), ("$operation", operationId));

    /// <summary>A sale's refunds, in the order in which they were accepted.</summary>
    public static IReadOnlyList<Refund> Of(EdgeReader reader, string orderId) =>
        reader.Query($"SELECT {Columns} FROM refunds WHERE order_id=$order ORDER BY number", Read, ("$order", orderId));

    public static IReadOnlyList<Refund> Open(EdgeReader reader, int max) =>
        reader.Query($"SELECT {Columns} FROM refunds WHERE {IsOpen} ORDER BY number LIMIT $max", Read, ("$max", max));

    public static long CountOpen(EdgeReader reader) => reader.Number($"SELECT count(*) FROM refunds WHERE {IsOpen}");

    public static bool AnyOpen(EdgeReader reader, string eventId) =>
        reader.Number($"SELECT count(*) FROM refunds WHERE {IsOpen} AND event_id=$event", ("$event", eventId)) > 0;

    public static Refund Insert(EdgeTransaction tx, Refund refund)
    {
        tx.Execute(
            """
            INSERT INTO refunds(order_id, operation_id, event_id, terminal_id, tender, goods, tip, currency, lines, restock, method, state, attempt,
                refund_id, requested_at, decided_at)
            VALUES($order, $operation, $event, $terminal, $tender, $goods, $tip, $currency, $lines, $restock, $method, $state, $attempt, $refund,
                $requested, $decided)
            """,
            ("$order", refund.OrderId),
            ("$operation", refund.OperationId),
            ("$event", refund.EventId),
            ("$terminal", refund.TerminalId),
            ("$tender", refund.Tender),
            ("$goods", refund.Goods.MinorUnits),
            ("$tip", refund.Tip.MinorUnits),
            ("$currency", refund.Goods.Currency.Code),
            ("$lines", JsonSerializer.Serialize(refund.Lines, ContractJson.Options)),
            ("$restock", refund.Restocked ? 1 : 0),
            ("$method", StoreText.Name(refund.Method)),
            ("$state", StoreText.Name(refund.State)),
            ("$attempt", refund.Attempt),
            ("$refund", refund.RefundId),
            ("$requested", StoreText.Of(refund.RequestedAt)),
            ("$decided", StoreText.Of(refund.DecidedAt)));
        return Find(tx, refund.OrderId, refund.OperationId)!;
    }

    /// <summary>Writes what can change in a refund's life.</summary>
    public static void Update(EdgeTransaction tx, Refund refund) => tx.Execute(
        """
        UPDATE refunds SET method=$method, state=$state, attempt=$attempt, attempted_at=$attempted, refund_id=$refund, decline_code=$decline,
            decided_at=$decided
        WHERE number=$number
        """,
        ("$method", StoreText.Name(refund.Method)),
        ("$state", StoreText.Name(refund.State)),
        ("$attempt", refund.Attempt),
        ("$attempted", StoreText.Of(refund.AttemptedAt)),
        ("$refund", refund.RefundId),
        ("$decline", refund.DeclineCode),
        ("$decided", StoreText.Of(refund.DecidedAt)),
        ("$number", refund.Number));

    private static Refund Read(SqliteDataReader row)
    {
        var currency = Currency.Of(row.GetString(8));
        return new()
        {
            Number = row.GetInt64(0),
            OrderId = row.GetString(1),
            OperationId = row.GetString(2),
            EventId = row.GetString(3),
            TerminalId = row.GetString(4),
            Tender = row.GetInt32(5),
            Goods = new Money(row.GetInt64(6), currency),
            Tip = new Money(row.GetInt64(7), currency),
            Lines = JsonSerializer.Deserialize<IReadOnlyList<SaleLine>>(row.GetString(9), ContractJson.Options)!,
            Restocked = row.GetInt64(10) != 0,
            Method = Enum.Parse<RefundMethod>(row.GetString(11), ignoreCase: true),
            State = Enum.Parse<RefundState>(row.GetString(12), ignoreCase: true),
            Attempt = row.GetInt32(13),
            AttemptedAt = StoreText.TimeOrNull(row, 14),
            RefundId = row.IsDBNull(15) ? null : row.GetString(15),
            DeclineCode = row.IsDBNull(16) ? null : row.GetString(16),
            RequestedAt = StoreText.Time(row, 17),
            DecidedAt = StoreText.TimeOrNull(row, 18),
        };
    }
}
