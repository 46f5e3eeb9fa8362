using Marquee.Domain.Contracts;

namespace Marquee.Domain.Sales;

/// <summary>Why a sale cannot be accounted for.</summary>
public enum SaleFault
{
    NoLines,
    QuantityNotPositive,
    NegativePrice,
    NegativeTip,
    TotalNotPositive,
    TotalMismatch,
    MixedCurrencies,
    UnknownSku,
    ReceiptMissing,
    ReceiptUnexpected,
    NegativeFee,
    TendersMismatch,
}

/// <summary>A sale that breaks <see cref="SaleRules.Check"/>; whoever takes facts off the wire checks first.</summary>
public sealed class InvalidSaleException(string orderId, SaleFault fault) : ArgumentException($"Sale '{orderId}' refused: {fault}.")
{
    public SaleFault Fault { get; } = fault;
}

/// <summary>What must hold of a sale before money is booked on its word.</summary>
public static class SaleRules
{
    /// <summary>
    /// Null when the sale holds, otherwise the first fault. An amount that does not fit 64 bits is a <see
    /// cref="SaleFault.TotalMismatch"/>.
    /// </summary>
    public static SaleFault? Check(SaleApproved sale, TaxTable taxes)
    {
        if (sale.Lines.Count == 0) return SaleFault.NoLines;
        if (sale.Lines.Any(line => line.Quantity <= 0)) return SaleFault.QuantityNotPositive;
        if (sale.Lines.Any(line => line.UnitPriceMinorUnits < 0)) return SaleFault.NegativePrice;
        if (sale.Lines.Any(line => !taxes.Contains(line.Sku))) return SaleFault.UnknownSku;
        if (sale.Tip.Currency != sale.Total.Currency) return SaleFault.MixedCurrencies;
        if (sale.Tip.MinorUnits < 0) return SaleFault.NegativeTip;
        if (sale.Total.MinorUnits <= 0) return SaleFault.TotalNotPositive;
        if (Sum(sale.Lines) + sale.Tip.MinorUnits != sale.Total.MinorUnits) return SaleFault.TotalMismatch;
        return CheckReceipt(sale);
    }

    /// <summary>The sum of the lines, tax included, without the tip.</summary>
    public static Int128 Sum(IReadOnlyList<SaleLine> lines)
    {
        Int128 sum = 0;
        foreach (var line in lines) sum += (Int128)line.Quantity * line.UnitPriceMinorUnits;
        return sum;
    }

    internal static SaleFault? CheckFee(Money fee, Currency currency)
    {
        if (fee.Currency != currency) return SaleFault.MixedCurrencies;
        return fee.MinorUnits < 0 ? SaleFault.NegativeFee : null;
    }

    private static SaleFault? CheckReceipt(SaleApproved sale) => (sale.Mode, sale.Receipt, sale.Tenders) switch
    {
        (ApprovalMode.Online, null, { } tenders) => CheckTenders(tenders, sale.Total),
        (_, _, not null) => SaleFault.ReceiptUnexpected,
        (ApprovalMode.Online, null, null) => SaleFault.ReceiptMissing,
        (ApprovalMode.Offline, not null, null) => SaleFault.ReceiptUnexpected,
        (_, { } receipt, null) => CheckFee(receipt.Fee, sale.Total.Currency),
        _ => null,
    };

    private static SaleFault? CheckTenders(IReadOnlyList<TenderPart> tenders, Money total)
    {
        Int128 sum = 0;
        foreach (var tender in tenders)
        {
            if (tender.Amount.Currency != total.Currency) return SaleFault.MixedCurrencies;
            if (tender.Amount.MinorUnits <= 0) return SaleFault.TendersMismatch;
            sum += tender.Amount.MinorUnits;
            switch (tender.Kind, tender.Receipt)
            {
                case (TenderKind.Card, null):
                    return SaleFault.ReceiptMissing;
                case (TenderKind.Cash, not null):
                    return SaleFault.ReceiptUnexpected;
                case (_, { } receipt) when CheckFee(receipt.Fee, total.Currency) is { } fault:
                    return fault;
            }
        }

        return sum == total.MinorUnits && tenders.DistinctBy(tender => tender.Number).Count() == tenders.Count ? null : SaleFault.TendersMismatch;
    }
}
