using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Sales.Tenders;

/// <summary>Tenders: rows in, rows out.</summary>
internal static class TenderRegister
{
    /// <summary>The sale's payments in order; the sale itself where it is paid by one card.</summary>
    public static IReadOnlyList<Tender> Of(EdgeReader reader, Sale sale) => sale.PaidBy == SalePayment.Card
        ? [Tender.Of(sale)]
        : reader.Query(
            """
            SELECT order_id, number, kind, amount, authorised, currency, payment_method, reader, state, attempt, attempted_at, payment_intent_id,
                capture_before, charge_id, fee, fee_currency, decline_code, card_face
            FROM tenders WHERE order_id=$order ORDER BY number
            """,
            Read,
            ("$order", sale.OrderId));

    public static void Insert(EdgeTransaction tx, Tender tender) => tx.Execute(
        """
        INSERT INTO tenders(order_id, number, kind, amount, authorised, currency, payment_method, reader, state, attempt)
        VALUES($order, $number, $kind, $amount, $held, $currency, $method, $reader, $state, $attempt)
        """,
        ("$order", tender.OrderId),
        ("$number", tender.Number),
        ("$kind", StoreText.Name(tender.Means)),
        ("$amount", tender.Amount.MinorUnits),
        ("$held", tender.Held.MinorUnits),
        ("$currency", tender.Amount.Currency.Code),
        ("$method", tender.PaymentMethod),
        ("$reader", tender.ReaderId),
        ("$state", StoreText.Name(tender.State)),
        ("$attempt", tender.Attempt));

    /// <summary>Writes what can change in a tender's life.</summary>
    public static void Update(EdgeTransaction tx, Tender tender) => tx.Execute(
        """
        UPDATE tenders SET amount=$amount, payment_method=$method, state=$state, attempt=$attempt, attempted_at=$attempted, payment_intent_id=$intent,
            capture_before=$before, charge_id=$charge, fee=$fee, fee_currency=$feeCurrency, decline_code=$decline, card_face=$face
        WHERE order_id=$order AND number=$number
        """,
        ("$amount", tender.Amount.MinorUnits),
        ("$method", tender.IsFinal ? null : tender.PaymentMethod),
        ("$state", StoreText.Name(tender.State)),
        ("$attempt", tender.Attempt),
        ("$attempted", StoreText.Of(tender.AttemptedAt)),
        ("$intent", tender.PaymentIntentId),
        ("$before", StoreText.Of(tender.CaptureBefore)),
        ("$charge", tender.Receipt?.ChargeId),
        ("$fee", tender.Receipt?.Fee.MinorUnits),
        ("$feeCurrency", tender.Receipt?.Fee.Currency.Code),
        ("$decline", tender.DeclineCode),
        ("$face", tender.Face?.ToJson()),
        ("$order", tender.OrderId),
        ("$number", tender.Number));

    private static Tender Read(SqliteDataReader row)
    {
        var currency = Currency.Of(row.GetString(5));
        var intent = Text(row, 11);
        return new()
        {
            OrderId = row.GetString(0),
            Number = row.GetInt32(1),
            Means = Enum.Parse<TenderMeans>(row.GetString(2), ignoreCase: true),
            Amount = new Money(row.GetInt64(3), currency),
            Held = new Money(row.GetInt64(4), currency),
            PaymentMethod = Text(row, 6),
            ReaderId = Text(row, 7),
            State = Enum.Parse<TenderState>(row.GetString(8), ignoreCase: true),
            Attempt = row.GetInt32(9),
            AttemptedAt = StoreText.TimeOrNull(row, 10),
            PaymentIntentId = intent,
            CaptureBefore = StoreText.TimeOrNull(row, 12),
            Receipt = intent is null || row.IsDBNull(13)
                ? null
                : new ProcessorReceipt(intent, row.GetString(13), new Money(row.GetInt64(14), Currency.Of(row.GetString(15)))),
            DeclineCode = Text(row, 16),
            Face = CardFace.Parse(Text(row, 17)),
        };
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
