using System.Text.Json.Serialization;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Sales.Receipts;

/// <summary>A position of a receipt. Money in minor units of the receipt's currency, tax included.</summary>
internal sealed record ReceiptLine(string Sku, string Name, int Quantity, long UnitPriceMinorUnits, long AmountMinorUnits, int? TaxBasisPoints);

/// <summary>How it was paid, or which way it went back.</summary>
internal sealed record ReceiptPayment(string Means, long AmountMinorUnits)
{
    /// <summary>The card as it may be shown; null for cash, and for a sale whose card had not been asked when the receipt was issued.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CardFace? Card { get; init; }
}

/// <summary>
/// A receipt as it was issued: it never changes, whatever becomes of the sale or its event. A void or a refund has a receipt of its own that
/// <see cref="Cites"/> the sale's; its amounts are what goes back.
/// </summary>
internal sealed record ReceiptDocument
{
    /// <summary>In the PoP's own series: <c>{pop}-{number}</c>.</summary>
    public required string Number { get; init; }

    public required ReceiptKind Kind { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cites { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required string EventId { get; init; }

    public required string Title { get; init; }

    public required string TerminalId { get; init; }

    public required string OrderId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperationId { get; init; }

    public required Currency Currency { get; init; }

    public required IReadOnlyList<ReceiptLine> Lines { get; init; }

    public required long GoodsMinorUnits { get; init; }

    public required long TipMinorUnits { get; init; }

    public required long TotalMinorUnits { get; init; }

    /// <summary>The tax inside the goods, by rate; null when this till was not told the rate of something.</summary>
    public required IReadOnlyList<TaxAtRate>? Taxes { get; init; }

    public required IReadOnlyList<ReceiptPayment> Payments { get; init; }

    /// <summary>Approved without the processor: to be settled.</summary>
    public required bool Offline { get; init; }

    /// <summary>Puts a receipt together from what was fixed when it was issued.</summary>
    public static ReceiptDocument Of(EdgeReader reader, string popId, IssuedReceipt issued, IssuedReceipt original)
    {
        var sale = SaleJournal.Find(reader, issued.OrderId)!;
        var refund = issued.Kind == ReceiptKind.Refund ? RefundRegister.Find(reader, issued.OrderId, issued.OperationId)! : null;
        var items = CatalogueVersions.Find(reader, original.EventId, original.EventVersion);
        var lines = refund?.Lines ?? sale.Lines;
        var goods = refund?.Goods ?? sale.Goods;
        var tip = refund?.Tip ?? sale.Tip;
        return new()
        {
            Number = Name(popId, issued),
            Kind = issued.Kind,
            Cites = issued.Kind == ReceiptKind.Sale ? null : Name(popId, original),
            IssuedAt = issued.IssuedAt,
            EventId = issued.EventId,
            Title = EventBook.Find(reader, issued.EventId)!.Title,
            TerminalId = issued.TerminalId,
            OrderId = issued.OrderId,
            OperationId = issued.OperationId.Length == 0 ? null : issued.OperationId,
            Currency = goods.Currency,
            Lines = [.. lines.Select(line => Line(line, items))],
            GoodsMinorUnits = goods.MinorUnits,
            TipMinorUnits = tip.MinorUnits,
            TotalMinorUnits = (goods + tip).MinorUnits,
            Taxes = Tax(lines, goods, items),
            Payments = refund is null ? PaymentsOf(reader, sale, issued.Offline) : [new(Lower(refund.Method.ToString()), refund.Amount.MinorUnits)],
            Offline = issued.Offline,
        };
    }

    private static ReceiptLine Line(SaleLine line, IReadOnlyDictionary<string, CatalogueItem> items)
    {
        var item = items.GetValueOrDefault(line.Sku);
        return new(line.Sku, item?.Name ?? line.Sku, line.Quantity, line.UnitPriceMinorUnits, checked(line.Quantity * line.UnitPriceMinorUnits), item?.TaxBasisPoints);
    }

    // An allowance on the whole has no lines and therefore no rates of its own: how it divides is for the ledger, which knows all refunds.
    private static IReadOnlyList<TaxAtRate>? Tax(IReadOnlyList<SaleLine> lines, Money goods, IReadOnlyDictionary<string, CatalogueItem> items)
    {
        if (lines.Any(line => items.GetValueOrDefault(line.Sku)?.TaxBasisPoints is null) || SaleRules.Sum(lines) != goods.MinorUnits) return null;
        var rates = lines.DistinctBy(line => line.Sku).Select(line => KeyValuePair.Create(line.Sku, items[line.Sku].TaxBasisPoints!.Value));
        return IncludedTax.ByRate(lines, new TaxTable(rates));
    }

    private static IReadOnlyList<ReceiptPayment> PaymentsOf(EdgeReader reader, Sale sale, bool offline) =>
    [
        .. TenderRegister.Of(reader, sale).Select(t => new ReceiptPayment(t.Means == TenderMeans.Cash ? "cash" : "card", t.Amount.MinorUnits)
        {
            Card = offline ? null : t.Face,
        }),
    ];

    private static string Name(string popId, IssuedReceipt receipt) => FormattableString.Invariant($"{popId}-{receipt.Number:D6}");

    private static string Lower(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}
