using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// Movements in, balances out. It is the one place that changes a balance, and it changes it together with the movement that says why.
/// Whether a movement is allowed is for its caller to say, in the same transaction.
/// </summary>
internal static class StockLedger
{
    public const int MaxListed = 500;

    /// <summary>Writes a movement down and returns the balance after it.</summary>
    /// <exception cref="InvalidOperationException">The movement leaves a number of units that cannot exist: a bug in its caller.</exception>
    public static (StockBalance Balance, long Movement) Move(
        EdgeTransaction tx, string eventId, string sku, MovementKind kind, long quantity, string reference, DateTimeOffset at, string? reason = null)
    {
        var before = Find(tx, eventId, sku) ?? throw new InvalidOperationException($"{eventId} has no stock of {sku}.");
        var after = before.Balance.After(kind, quantity);
        if (!after.IsPossible) throw new InvalidOperationException($"{kind} of {quantity} {sku} for {reference} would leave {after}.");
        var number = tx.Number(
            """
            INSERT INTO stock_movements(event_id, sku, kind, quantity, reference, reason, at)
            VALUES($event, $sku, $kind, $quantity, $reference, $reason, $at) RETURNING number
            """,
            ("$event", eventId),
            ("$sku", sku),
            ("$kind", StoreText.Name(kind)),
            ("$quantity", quantity),
            ("$reference", reference),
            ("$reason", reason),
            ("$at", StoreText.Of(at)));
        tx.Execute(
            """
            UPDATE stock SET quota=$quota, held=$held, sold=$sold, returned=$returned, damaged=$damaged, recounted=$recounted
            WHERE event_id=$event AND sku=$sku
            """,
            ("$quota", after.Quota),
            ("$held", after.Held),
            ("$sold", after.Sold),
            ("$returned", after.Returned),
            ("$damaged", after.Damaged),
            ("$recounted", after.Recounted),
            ("$event", eventId),
            ("$sku", sku));
        tx.Memory.Of<StockLevels>().Remember(before with { Balance = after });
        return (after, number);
    }

    public static StockLevel? Find(EdgeReader reader, string eventId, string sku)
    {
        if (reader is not EdgeTransaction tx) return Read(reader, eventId, sku);
        var remembered = tx.Memory.Of<StockLevels>();
        if (remembered.Find(eventId, sku) is { } known) return known;
        var read = Read(tx, eventId, sku);
        if (read is not null) remembered.Remember(read);
        return read;
    }

    /// <summary>Every product ever listed, of one event or of all.</summary>
    public static IReadOnlyList<StockLevel> All(EdgeReader reader, string? eventId = null) => reader.Query(
        $"SELECT {StockLevel.Columns} FROM stock WHERE $event IS NULL OR event_id=$event ORDER BY event_id, sku", StockLevel.Read, ("$event", eventId));

    /// <summary>Movements in their order, those after number <paramref name="after"/>.</summary>
    public static IReadOnlyList<StockMovement> Movements(EdgeReader reader, string eventId, string? sku, long after, int limit) => reader.Query(
        """
        SELECT number, event_id, sku, kind, quantity, reference, reason, at FROM stock_movements
        WHERE event_id=$event AND ($sku IS NULL OR sku=$sku) AND number>$after ORDER BY number LIMIT $limit
        """,
        ReadMovement,
        ("$event", eventId),
        ("$sku", sku),
        ("$after", after),
        ("$limit", limit));

    /// <summary>Units of an order that movements of one kind have moved.</summary>
    public static long Moved(EdgeReader reader, string eventId, string sku, MovementKind kind, string reference) => reader.Number(
        "SELECT sum(quantity) FROM stock_movements WHERE reference=$reference AND event_id=$event AND sku=$sku AND kind=$kind",
        ("$reference", reference),
        ("$event", eventId),
        ("$sku", sku),
        ("$kind", StoreText.Name(kind)));

    private static StockLevel? Read(EdgeReader reader, string eventId, string sku) => reader.QueryFirst(
        $"SELECT {StockLevel.Columns} FROM stock WHERE event_id=$event AND sku=$sku", StockLevel.Read, ("$event", eventId), ("$sku", sku));

    private static StockMovement ReadMovement(SqliteDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        Enum.Parse<MovementKind>(row.GetString(3), ignoreCase: true),
        row.GetInt64(4),
        row.GetString(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        StoreText.Time(row, 7));
}
