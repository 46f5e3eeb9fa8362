using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Offline;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Sales;

/// <summary>The till's journal of sales: rows in, rows out. Rules live in <see cref="SaleLifecycle"/> and <see cref="SaleBook"/>.</summary>
internal static class SaleJournal
{
    public const int MaxListed = 500;

    private const string Columns =
        "number, order_id, request_hash, event_id, terminal_id, terminal_sequence, lines, tip, total, currency, payment_method, state, attempt, " +
        "attempted_at, payment_intent_id, charge_id, fee, fee_currency, decline_code, received_at, decided_at, paid_by, capture, unwinding, card_face";

    // Word for word the condition of the index sales_open, which SQLite uses only then.
    private const string IsOpen = "state IN ('received', 'authorising', 'approvedOffline', 'authorised')";

    public static Sale? Find(EdgeReader reader, string orderId) =>
        reader.QueryFirst($"SELECT {Columns} FROM sales WHERE order_id=$order", Read, ("$order", orderId));

    /// <summary>Cheaper than <see cref="Find"/> where there hardly ever is one.</summary>
    public static bool Exists(EdgeReader reader, string orderId) =>
        reader.Number("SELECT EXISTS(SELECT 1 FROM sales WHERE order_id=$order)", ("$order", orderId)) > 0;

    /// <summary>Sales paid by one card and without the processor's last word, in the order in which they were accepted.</summary>
    public static IReadOnlyList<Sale> Open(EdgeReader reader, int max) => reader.Query(
        $"SELECT {Columns} FROM sales WHERE {IsOpen} AND paid_by='card' ORDER BY number LIMIT $max", Read, ("$max", max));

    /// <summary>Sales paid by tenders and not final, in the order in which they were accepted.</summary>
    public static IReadOnlyList<Sale> OpenTendered(EdgeReader reader, int max) => reader.Query(
        $"SELECT {Columns} FROM sales WHERE {IsOpen} AND paid_by='tenders' ORDER BY number LIMIT $max", Read, ("$max", max));

    /// <summary>
    /// What is approved offline is counted where it is kept as a sum: every sale asks, and an outage leaves thousands of them open. The index is
    /// named because SQLite takes <c>sales_open</c> otherwise, and walks all of those.
    /// </summary>
    public static long CountOpen(EdgeReader reader) =>
        reader.Number("SELECT count(*) FROM sales INDEXED BY sales_undecided WHERE state IN ('received', 'authorising', 'authorised')") + Exposure.CountAll(reader);

    public static bool AnyOpen(EdgeReader reader, string eventId) => reader.Number(
        $"SELECT EXISTS(SELECT 1 FROM sales WHERE event_id=$event AND {IsOpen})", ("$event", eventId)) > 0;

    /// <summary>Every sale, in the order in which they were accepted.</summary>
    public static IReadOnlyList<Sale> All(EdgeReader reader) => reader.Query($"SELECT {Columns} FROM sales ORDER BY number", Read);

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<Sale> List(EdgeReader reader, string? eventId, int limit) => reader.Query(
        $"SELECT {Columns} FROM sales WHERE $event IS NULL OR event_id=$event ORDER BY number DESC LIMIT $limit",
        Read,
        ("$event", eventId),
        ("$limit", Math.Clamp(limit, 1, MaxListed)));

    /// <summary>Minor units of an event approved offline and not forwarded yet.</summary>
    public static long OutstandingMinorUnits(EdgeReader reader, string eventId) => reader.Number(
        "SELECT sum(total) FROM sales WHERE event_id=$event AND state='approvedOffline'", ("$event", eventId));

    /// <summary>Number of sales and sum of their totals (minor units of the event's currency) in a state.</summary>
    public static (int Count, long MinorUnits) Sum(EdgeReader reader, string eventId, SaleState state)
    {
        var sums = reader.Query(
            "SELECT count(*), coalesce(sum(total), 0) FROM sales WHERE event_id=$event AND state=$state",
            row => (row.GetInt32(0), row.GetInt64(1)),
            ("$event", eventId),
            ("$state", StoreText.Name(state)));
        return sums[0];
    }

    public static Sale Insert(EdgeTransaction tx, Sale sale)
    {
        var number = tx.Number(
            """
            INSERT INTO sales(order_id, request_hash, event_id, terminal_id, terminal_sequence, lines, tip, total, currency, payment_method, state,
                attempt, attempted_at, received_at, decided_at, paid_by, capture)
            VALUES($order, $hash, $event, $terminal, $sequence, $lines, $tip, $total, $currency, $method, $state, $attempt, $attempted, $received, $decided,
                $paidBy, $capture)
            RETURNING number
            """,
            ("$order", sale.OrderId),
            ("$hash", sale.RequestHash),
            ("$event", sale.EventId),
            ("$terminal", sale.TerminalId),
            ("$sequence", sale.TerminalSequence),
            ("$lines", JsonSerializer.Serialize(sale.Lines, ContractJson.Options)),
            ("$tip", sale.Tip.MinorUnits),
            ("$total", sale.Total.MinorUnits),
            ("$currency", sale.Total.Currency.Code),
            ("$method", sale.PaymentMethod),
            ("$state", StoreText.Name(sale.State)),
            ("$attempt", sale.Attempt),
            ("$attempted", StoreText.Of(sale.AttemptedAt)),
            ("$received", StoreText.Of(sale.ReceivedAt)),
            ("$decided", StoreText.Of(sale.DecidedAt)),
            ("$paidBy", StoreText.Name(sale.PaidBy)),
            ("$capture", StoreText.Name(sale.Capture)));
        return sale with { Number = number };
    }

    /// <summary>Writes what can change in a sale's life.</summary>
    public static void Update(EdgeTransaction tx, Sale sale) => tx.Execute(
        """
        UPDATE sales SET payment_method=$method, state=$state, attempt=$attempt, attempted_at=$attempted, payment_intent_id=$intent,
            charge_id=$charge, fee=$fee, fee_currency=$feeCurrency, decline_code=$decline, decided_at=$decided, capture=$capture,
            unwinding=$unwinding, card_face=$face
        WHERE order_id=$order
        """,
        ("$method", sale.PaymentMethod),
        ("$state", StoreText.Name(sale.State)),
        ("$attempt", sale.Attempt),
        ("$attempted", StoreText.Of(sale.AttemptedAt)),
        ("$intent", sale.PaymentIntentId),
        ("$charge", sale.Receipt?.ChargeId),
        ("$fee", sale.Receipt?.Fee.MinorUnits),
        ("$feeCurrency", sale.Receipt?.Fee.Currency.Code),
        ("$decline", sale.DeclineCode),
        ("$decided", StoreText.Of(sale.DecidedAt)),
        ("$capture", StoreText.Name(sale.Capture)),
        ("$unwinding", sale.Unwinding),
        ("$face", sale.Face?.ToJson()),
        ("$order", sale.OrderId));

    /// <summary>Writes what a tip or a smaller capture changes: nothing of it is captured yet.</summary>
    public static void Reprice(EdgeTransaction tx, Sale sale) => tx.Execute(
        "UPDATE sales SET lines=$lines, tip=$tip, total=$total WHERE order_id=$order",
        ("$lines", JsonSerializer.Serialize(sale.Lines, ContractJson.Options)),
        ("$tip", sale.Tip.MinorUnits),
        ("$total", sale.Total.MinorUnits),
        ("$order", sale.OrderId));

    private static Sale Read(SqliteDataReader row)
    {
        var currency = Currency.Of(row.GetString(9));
        var intent = row.IsDBNull(14) ? null : row.GetString(14);
        return new()
        {
            Number = row.GetInt64(0),
            OrderId = row.GetString(1),
            RequestHash = (byte[])row.GetValue(2),
            EventId = row.GetString(3),
            TerminalId = row.GetString(4),
            TerminalSequence = row.GetInt64(5),
            Lines = JsonSerializer.Deserialize<IReadOnlyList<SaleLine>>(row.GetString(6), ContractJson.Options)!,
            Tip = new Money(row.GetInt64(7), currency),
            Total = new Money(row.GetInt64(8), currency),
            PaymentMethod = row.IsDBNull(10) ? null : row.GetString(10),
            State = Enum.Parse<SaleState>(row.GetString(11), ignoreCase: true),
            Attempt = row.GetInt32(12),
            AttemptedAt = StoreText.TimeOrNull(row, 13),
            PaymentIntentId = intent,
            Receipt = intent is null || row.IsDBNull(15)
                ? null
                : new ProcessorReceipt(intent, row.GetString(15), new Money(row.GetInt64(16), Currency.Of(row.GetString(17)))),
            DeclineCode = row.IsDBNull(18) ? null : row.GetString(18),
            ReceivedAt = StoreText.Time(row, 19),
            DecidedAt = StoreText.TimeOrNull(row, 20),
            PaidBy = Enum.Parse<SalePayment>(row.GetString(21), ignoreCase: true),
            Capture = Enum.Parse<CaptureMode>(row.GetString(22), ignoreCase: true),
            Unwinding = row.IsDBNull(23) ? null : row.GetString(23),
            Face = CardFace.Parse(row.IsDBNull(24) ? null : row.GetString(24)),
        };
    }
}
