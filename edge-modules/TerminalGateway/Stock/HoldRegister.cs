using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Stock;

/// <summary>Holds: rows in, rows out. Rules live in <see cref="HoldLifecycle"/> and <see cref="HoldBook"/>.</summary>
internal static class HoldRegister
{
    private const string Columns = "hold_id, event_id, terminal_id, request_hash, lines, state, order_id, placed_at, expires_at";

    public static Hold? Find(EdgeReader reader, string holdId) =>
        reader.QueryFirst($"SELECT {Columns} FROM holds WHERE hold_id=$hold", Read, ("$hold", holdId));

    /// <summary>The hold that a sale pays or has paid for.</summary>
    public static Hold? OfOrder(EdgeReader reader, string orderId) =>
        reader.QueryFirst($"SELECT {Columns} FROM holds WHERE order_id=$order", Read, ("$order", orderId));

    /// <summary>Open holds whose time is over, oldest first.</summary>
    public static IReadOnlyList<Hold> Due(EdgeReader reader, DateTimeOffset now) =>
        // Every sale asks, and hardly ever is one due.
        reader.Number("SELECT EXISTS(SELECT 1 FROM holds WHERE state='open' AND expires_at<=$now)", ("$now", StoreText.Of(now))) == 0
            ? []
            : reader.Query($"SELECT {Columns} FROM holds WHERE state='open' AND expires_at<=$now ORDER BY expires_at", Read, ("$now", StoreText.Of(now)));

    /// <summary>Open holds and those being paid.</summary>
    public static IReadOnlyList<Hold> Active(EdgeReader reader) =>
        reader.Query($"SELECT {Columns} FROM holds WHERE state IN ('open', 'paying') ORDER BY placed_at, hold_id", Read);

    public static long CountOpen(EdgeReader reader) => reader.Number("SELECT count(*) FROM holds WHERE state='open'");

    /// <summary>Units of a product that sales are being paid for.</summary>
    public static long Paying(EdgeReader reader, string eventId, string sku) => reader.Number(
        """
        SELECT sum(json_extract(l.value, '$.quantity')) FROM holds, json_each(holds.lines) AS l
        WHERE holds.event_id=$event AND holds.state='paying' AND json_extract(l.value, '$.sku')=$sku
        """,
        ("$event", eventId),
        ("$sku", sku));

    public static void Insert(EdgeTransaction tx, Hold hold) => tx.Execute(
        $"INSERT INTO holds({Columns}) VALUES($hold, $event, $terminal, $hash, $lines, $state, $order, $placed, $expires)",
        ("$hold", hold.HoldId),
        ("$event", hold.EventId),
        ("$terminal", hold.TerminalId),
        ("$hash", hold.RequestHash),
        ("$lines", JsonSerializer.Serialize(hold.Lines, ContractJson.Options)),
        ("$state", StoreText.Name(hold.State)),
        ("$order", hold.OrderId),
        ("$placed", StoreText.Of(hold.PlacedAt)),
        ("$expires", StoreText.Of(hold.ExpiresAt)));

    /// <summary>Writes what can change in a hold's life.</summary>
    public static void Update(EdgeTransaction tx, Hold hold) => tx.Execute(
        "UPDATE holds SET state=$state, order_id=$order WHERE hold_id=$hold",
        ("$state", StoreText.Name(hold.State)),
        ("$order", hold.OrderId),
        ("$hold", hold.HoldId));

    private static Hold Read(SqliteDataReader row) => new()
    {
        HoldId = row.GetString(0),
        EventId = row.GetString(1),
        TerminalId = row.GetString(2),
        RequestHash = row.IsDBNull(3) ? null : (byte[])row.GetValue(3),
        Lines = JsonSerializer.Deserialize<IReadOnlyList<HoldLine>>(row.GetString(4), ContractJson.Options)!,
        State = Enum.Parse<HoldState>(row.GetString(5), ignoreCase: true),
        OrderId = row.IsDBNull(6) ? null : row.GetString(6),
        PlacedAt = StoreText.Time(row, 7),
        ExpiresAt = StoreText.Time(row, 8),
    };
}
