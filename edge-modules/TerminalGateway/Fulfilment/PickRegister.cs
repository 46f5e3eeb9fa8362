using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>Something that happened to an order for pick-up.</summary>
internal sealed record PickEvent(long Number, string OrderId, PickState State, string By, DateTimeOffset At);

/// <summary>Orders for pick-up: rows in, rows out. Rules live in <see cref="PickLifecycle"/>, <see cref="PickBook"/> and <see cref="PickDesk"/>.</summary>
internal static class PickRegister
{
    private const string Columns =
        "number, order_id, event_id, lines, to_pick, state, resumes, promised_at, picker, lease_until, issue, tries, changed_at";

    public static PickOrder? Find(EdgeReader reader, string orderId) =>
        reader.QueryFirst($"SELECT {Columns} FROM pick_orders WHERE order_id=$order", Read, ("$order", orderId));

    /// <summary>Orders that are not done, in the order of their promises.</summary>
    public static IReadOnlyList<PickOrder> Open(EdgeReader reader, int max) => reader.Query(
        $"SELECT {Columns} FROM pick_orders WHERE state NOT IN ('handedOver', 'cancelled') ORDER BY promised_at, number LIMIT $max", Read, ("$max", max));

    /// <summary>Orders that are done, newest first.</summary>
    public static IReadOnlyList<PickOrder> Done(EdgeReader reader, int max) => reader.Query(
        $"SELECT {Columns} FROM pick_orders WHERE state IN ('handedOver', 'cancelled') ORDER BY changed_at DESC LIMIT $max", Read, ("$max", max));

    public static long CountOpen(EdgeReader reader) =>
        reader.Number("SELECT count(*) FROM pick_orders WHERE state NOT IN ('handedOver', 'cancelled')");

    /// <summary>Units of a product that are sold and still on the shelf, or missing there.</summary>
    public static long ToPick(EdgeReader reader, string eventId, string sku) => reader.Number(
        """
        SELECT sum(json_extract(l.value, '$.quantity')) FROM pick_orders, json_each(pick_orders.to_pick) AS l
        WHERE state NOT IN ('handedOver', 'cancelled') AND state<>'awaitingPayment' AND event_id=$event AND json_extract(l.value, '$.sku')=$sku
        """,
        ("$event", eventId),
        ("$sku", sku));

    public static void Insert(EdgeTransaction tx, string orderId, string eventId, IReadOnlyList<HoldLine> lines, DateTimeOffset promisedAt, DateTimeOffset now)
    {
        tx.Execute(
            """
            INSERT INTO pick_orders(order_id, event_id, lines, to_pick, state, promised_at, changed_at)
            VALUES($order, $event, $lines, $lines, 'awaitingPayment', $promised, $now)
            """,
            ("$order", orderId),
            ("$event", eventId),
            ("$lines", Json(lines)),
            ("$promised", StoreText.Of(promisedAt)),
            ("$now", StoreText.Of(now)));
    }

    /// <summary>Writes an order as it now stands, and that it came there when its state is new.</summary>
    public static void Update(EdgeTransaction tx, PickOrder order, PickState before, string by)
    {
        tx.Execute(
            """
            UPDATE pick_orders SET lines=$lines, to_pick=$toPick, state=$state, resumes=$resumes, picker=$picker, lease_until=$lease,
                issue=$issue, tries=$tries, changed_at=$changed
            WHERE order_id=$order
            """,
            ("$lines", Json(order.Lines)),
            ("$toPick", Json(order.ToPick)),
            ("$state", StoreText.Name(order.State)),
            ("$resumes", order.Resumes is { } resumes ? StoreText.Name(resumes) : null),
            ("$picker", order.Picker),
            ("$lease", StoreText.Of(order.LeaseUntil)),
            ("$issue", order.Issue),
            ("$tries", order.Tries),
            ("$changed", StoreText.Of(order.ChangedAt)),
            ("$order", order.OrderId));
        if (order.State == before) return;
        tx.Execute(
            "INSERT INTO pick_events(order_id, state, by, at) VALUES($order, $state, $by, $at)",
            ("$order", order.OrderId),
            ("$state", StoreText.Name(order.State)),
            ("$by", by),
            ("$at", StoreText.Of(order.ChangedAt)));
    }

    /// <summary>What happened after event number <paramref name="after"/>, in order.</summary>
    public static IReadOnlyList<PickEvent> Events(EdgeReader reader, long after, int max) => reader.Query(
        "SELECT number, order_id, state, by, at FROM pick_events WHERE number>$after ORDER BY number LIMIT $max",
        row => new PickEvent(row.GetInt64(0), row.GetString(1), State(row.GetString(2)), row.GetString(3), StoreText.Time(row, 4)),
        ("$after", after),
        ("$max", max));

    private static PickOrder Read(SqliteDataReader row) => new()
    {
        Number = row.GetInt64(0),
        OrderId = row.GetString(1),
        EventId = row.GetString(2),
        Lines = Lines(row.GetString(3)),
        ToPick = Lines(row.GetString(4)),
        State = State(row.GetString(5)),
        Resumes = row.IsDBNull(6) ? null : State(row.GetString(6)),
        PromisedAt = StoreText.Time(row, 7),
        Picker = row.IsDBNull(8) ? null : row.GetString(8),
        LeaseUntil = StoreText.TimeOrNull(row, 9),
        Issue = row.GetInt32(10),
        Tries = row.GetInt32(11),
        ChangedAt = StoreText.Time(row, 12),
    };

    private static string Json(IReadOnlyList<HoldLine> lines) => JsonSerializer.Serialize(lines, ContractJson.Options);

    private static IReadOnlyList<HoldLine> Lines(string json) => JsonSerializer.Deserialize<IReadOnlyList<HoldLine>>(json, ContractJson.Options)!;

    private static PickState State(string name) => Enum.Parse<PickState>(name, ignoreCase: true);
}
