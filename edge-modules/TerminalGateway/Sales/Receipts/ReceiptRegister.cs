using System.Globalization;
using System.Text.Json;
using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Sales.Receipts;

/// <summary>What a receipt is about.</summary>
internal enum ReceiptKind
{
    Sale,

    /// <summary>Cites the sale's own, which stays as it was issued.</summary>
    Void,
    Refund,
}

/// <summary>A receipt as it was issued.</summary>
/// <param name="Number">Of the PoP's own series: given in the transaction of what it is about, never twice.</param>
/// <param name="OrderId">The sale.</param>
/// <param name="OperationId">The void or refund; empty for the sale itself.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="EventId">The event.</param>
/// <param name="EventVersion">The configuration with whose names and tax rates it reads.</param>
/// <param name="TerminalId">Who asked for it.</param>
/// <param name="Offline">Issued before the processor had its say.</param>
/// <param name="IssuedAt">By the till's clock.</param>
internal sealed record IssuedReceipt(
    long Number,
    string OrderId,
    string OperationId,
    ReceiptKind Kind,
    string EventId,
    long EventVersion,
    string TerminalId,
    bool Offline,
    DateTimeOffset IssuedAt);

/// <summary>The series of receipts, in and out.</summary>
internal static class ReceiptRegister
{
    private const string Columns = "number, order_id, operation_id, kind, event_id, event_version, terminal_id, offline, issued_at";

    /// <summary>Gives the next number, once per sale and operation.</summary>
    public static void Issue(EdgeTransaction tx, ReceiptKind kind, Sale sale, string operationId, string terminalId, DateTimeOffset now) => tx.Execute(
        """
        INSERT INTO receipts(order_id, operation_id, kind, event_id, event_version, terminal_id, offline, issued_at)
        VALUES($order, $operation, $kind, $event, (SELECT version FROM events WHERE event_id=$event), $terminal, $offline, $now)
        """,
        ("$order", sale.OrderId),
        ("$operation", operationId),
        ("$kind", JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())),
        ("$event", sale.EventId),
        ("$terminal", terminalId),
        ("$offline", sale.State == SaleState.ApprovedOffline ? 1 : 0),
        ("$now", now.ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>Every receipt about a sale, in order.</summary>
    public static IReadOnlyList<IssuedReceipt> Of(EdgeReader reader, string orderId) =>
        reader.Query($"SELECT {Columns} FROM receipts WHERE order_id=$order ORDER BY number", Read, ("$order", orderId));

    /// <summary>What a terminal issued at an event after a number, in order.</summary>
    public static IReadOnlyList<IssuedReceipt> After(EdgeReader reader, string terminalId, string eventId, long number) => reader.Query(
        $"SELECT {Columns} FROM receipts WHERE terminal_id=$terminal AND event_id=$event AND number>$number ORDER BY number",
        Read,
        ("$terminal", terminalId),
        ("$event", eventId),
        ("$number", number));

    private static IssuedReceipt Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        Enum.Parse<ReceiptKind>(row.GetString(3), ignoreCase: true),
        row.GetString(4),
        row.GetInt64(5),
        row.GetString(6),
        row.GetInt64(7) != 0,
        DateTimeOffset.ParseExact(row.GetString(8), "O", CultureInfo.InvariantCulture));
}
