using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Debts;

/// <summary>Debts in the store, rows in and rows out.</summary>
internal static class DebtRows
{
    public const int MaxListed = 500;

    private const string Columns =
        "order_id, event_id, terminal_id, amount, currency, card, payment_method, state, decline_code, tries, attempt, asked_at, payment_intent_id, "
        + "link_number, link_id, link_url, link_sent_at, due_at, opened_at, closed_at, charge_id, fee, fee_currency, reason";

    public static Debt? Find(EdgeReader reader, string orderId) =>
        reader.QueryFirst($"SELECT {Columns} FROM debts WHERE order_id=$order", Read, ("$order", orderId));

    /// <summary>Debts whose time has come, the longest due first.</summary>
    public static IReadOnlyList<Debt> Due(EdgeReader reader, DateTimeOffset now, int max) => reader.Query(
        $"SELECT {Columns} FROM debts WHERE due_at<=$now ORDER BY due_at, order_id LIMIT $max", Read, ("$now", StoreText.Of(now)), ("$max", max));

    /// <summary>An event's debts, or all, the newest <see cref="MaxListed"/> first.</summary>
    public static IReadOnlyList<Debt> List(EdgeReader reader, string? eventId) => reader.Query(
        $"SELECT {Columns} FROM debts WHERE $event IS NULL OR event_id=$event ORDER BY opened_at DESC, order_id LIMIT $max",
        Read,
        ("$event", eventId),
        ("$max", MaxListed));

    /// <summary>Whether the card owes for anything, or left something that was written off.</summary>
    public static bool Owes(EdgeReader reader, string card) => reader.Number(
        "SELECT count(*) FROM debts WHERE card=$card AND state<>'recovered' AND reason IS NOT $refunded",
        ("$card", card),
        ("$refunded", WriteOffReason.Refunded)) > 0;

    public static void Put(EdgeTransaction tx, Debt debt) => tx.Execute(
        $"""
        INSERT OR REPLACE INTO debts({Columns})
        VALUES($order, $event, $terminal, $amount, $currency, $card, $method, $state, $decline, $tries, $attempt, $asked, $intent, $number, $link, $url, $sent,
            $due, $opened, $closed, $charge, $fee, $feeCurrency, $reason)
        """,
        ("$order", debt.OrderId),
        ("$event", debt.EventId),
        ("$terminal", debt.TerminalId),
        ("$amount", debt.Amount.MinorUnits),
        ("$currency", debt.Amount.Currency.Code),
        ("$card", debt.Card),
        ("$method", debt.PaymentMethod),
        ("$state", StoreText.Name(debt.State)),
        ("$decline", debt.DeclineCode),
        ("$tries", debt.Tries),
        ("$attempt", debt.Attempt),
        ("$asked", StoreText.Of(debt.AskedAt)),
        ("$intent", debt.PaymentIntentId),
        ("$number", debt.LinkNumber),
        ("$link", debt.LinkId),
        ("$url", debt.LinkUrl?.AbsoluteUri),
        ("$sent", StoreText.Of(debt.LinkSentAt)),
        ("$due", StoreText.Of(debt.DueAt)),
        ("$opened", StoreText.Of(debt.OpenedAt)),
        ("$closed", StoreText.Of(debt.ClosedAt)),
        ("$charge", debt.Receipt?.ChargeId),
        ("$fee", debt.Receipt?.Fee.MinorUnits),
        ("$feeCurrency", debt.Receipt?.Fee.Currency.Code),
        ("$reason", debt.Reason));

    private static Debt Read(SqliteDataReader row) => new()
    {
        OrderId = row.GetString(0),
        EventId = row.GetString(1),
        TerminalId = row.GetString(2),
        Amount = new Money(row.GetInt64(3), Currency.Of(row.GetString(4))),
        Card = row.GetString(5),
        PaymentMethod = Text(row, 6),
        State = Enum.Parse<DebtState>(row.GetString(7), ignoreCase: true),
        DeclineCode = row.GetString(8),
        Tries = row.GetInt32(9),
        Attempt = row.GetInt32(10),
        AskedAt = StoreText.TimeOrNull(row, 11),
        PaymentIntentId = Text(row, 12),
        LinkNumber = row.GetInt32(13),
        LinkId = Text(row, 14),
        LinkUrl = Text(row, 15) is { } url ? new Uri(url) : null,
        LinkSentAt = StoreText.TimeOrNull(row, 16),
        DueAt = StoreText.TimeOrNull(row, 17),
        OpenedAt = StoreText.Time(row, 18),
        ClosedAt = StoreText.TimeOrNull(row, 19),
        Receipt = Text(row, 20) is { } charge
            ? new ProcessorReceipt(row.GetString(12), charge, new Money(row.GetInt64(21), Currency.Of(row.GetString(22))))
            : null,
        Reason = Text(row, 23),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
