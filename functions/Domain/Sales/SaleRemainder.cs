using System.Text.Json.Serialization;
using Marquee.Domain.Contracts;

namespace Marquee.Domain.Sales;

/// <summary>Why a refund cannot be accounted for.</summary>
public enum RefundFault
{
    NothingRefunded,
    NegativeAmount,
    MixedCurrencies,
    MoreThanPaid,
    LinesNotSold,
    ReferenceMissing,
    ReferenceUnexpected,
}

/// <summary>What a refund takes back, by what it was: the parts add up to the refund.</summary>
public sealed record RefundParts(Money Proceeds, Money Tax, Money Tips)
{
    public Money Total => Proceeds + Tax + Tips;
}

/// <summary>
/// What is left of a sale after its refunds so far. Each refund is divided over what is left, so the parts never go below zero, and
/// when all is refunded exactly the sale's own tax, proceeds and tip have gone back, whatever the order and size of the steps.
/// </summary>
public sealed record SaleRemainder(Money Proceeds, Money Tax, Money Tips, IReadOnlyList<SaleLine> Lines)
{
    [JsonIgnore]
    public Money Goods => Proceeds + Tax;

    public static SaleRemainder Of(SaleApproved sale, TaxTable taxes)
    {
        var tax = new Money(IncludedTax.Of(sale.Lines, taxes), sale.Total.Currency);
        return new SaleRemainder(sale.Total - sale.Tip - tax, tax, sale.Tip, sale.Lines);
    }

    /// <summary>Null when the refund holds against what is left, otherwise the first fault.</summary>
    public RefundFault? Check(SaleRefunded refund)
    {
        if (refund.Goods.Currency != Tax.Currency || refund.Tip.Currency != Tax.Currency) return RefundFault.MixedCurrencies;
        if (refund.Goods.MinorUnits < 0 || refund.Tip.MinorUnits < 0) return RefundFault.NegativeAmount;
        if (refund.Goods.MinorUnits == 0 && refund.Tip.MinorUnits == 0) return RefundFault.NothingRefunded;
        if (refund.Goods > Goods || refund.Tip > Tips) return RefundFault.MoreThanPaid;
        if (refund.Method == RefundMethod.Card != refund.RefundId is not null)
            return refund.RefundId is null ? RefundFault.ReferenceMissing : RefundFault.ReferenceUnexpected;
        return Without(refund.Lines) is null ? RefundFault.LinesNotSold : null;
    }

    /// <summary>Divides a refund and returns what is left after it.</summary>
    /// <exception cref="ArgumentException">The refund breaks <see cref="Check"/>.</exception>
    public (SaleRemainder Left, RefundParts Parts) Take(SaleRefunded refund, TaxTable taxes)
    {
        if (Check(refund) is { } fault) throw new InvalidRefundException(refund.OrderId, refund.OperationId, fault);
        var lines = Without(refund.Lines)!;
        var tax = new Money(TaxOf(refund, lines, taxes), Tax.Currency);
        var parts = new RefundParts(refund.Goods - tax, tax, refund.Tip);
        return (new SaleRemainder(Proceeds - parts.Proceeds, Tax - tax, Tips - parts.Tips, lines), parts);
    }

    /// <summary>The lines less those given back, or null when they were never sold, or not at that price.</summary>
    public IReadOnlyList<SaleLine>? Without(IReadOnlyList<SaleLine> returned)
    {
        List<SaleLine> left = [.. Lines];
        foreach (var line in returned)
        {
            var wanted = line.Quantity;
            if (wanted < 1) return null;
            for (var i = 0; i < left.Count && wanted > 0; i++)
            {
                if (left[i].Sku != line.Sku || left[i].UnitPriceMinorUnits != line.UnitPriceMinorUnits) continue;
                var taken = Math.Min(wanted, left[i].Quantity);
                left[i] = left[i] with { Quantity = left[i].Quantity - taken };
                wanted -= taken;
            }

            if (wanted > 0) return null;
        }

        left.RemoveAll(line => line.Quantity == 0);
        return left;
    }

    // Goods at their price take their own rate's tax with them; an allowance takes the same part of the tax as of the price. Neither takes
    // more tax than is left, nor so little that the proceeds would go below zero.
    private long TaxOf(SaleRefunded refund, IReadOnlyList<SaleLine> left, TaxTable taxes)
    {
        var goods = refund.Goods.MinorUnits;
        if (goods == 0) return 0;
        var wanted = refund.Lines.Count > 0 && SaleRules.Sum(refund.Lines) == goods
            ? IncludedTax.Of(Lines, taxes) - IncludedTax.Of(left, taxes)
            : BasisPoints.Share(Tax.MinorUnits, goods, Goods.MinorUnits);
        return Math.Clamp(wanted, Math.Max(0, goods - Proceeds.MinorUnits), Math.Min(goods, Tax.MinorUnits));
    }
}

/// <summary>A refund that breaks <see cref="SaleRemainder.Check"/>; whoever takes facts off the wire checks first.</summary>
public sealed class InvalidRefundException(string orderId, string operationId, RefundFault fault)
    : ArgumentException($"Refund '{operationId}' of sale '{orderId}' refused: {fault}.")
{
    public RefundFault Fault { get; } = fault;
}
