using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;

namespace Marquee.TerminalGateway.Sales.Refunds;

/// <summary>What may still be refunded of a sale and of one of its payments.</summary>
/// <param name="Goods">Of the goods' price.</param>
/// <param name="Tip">Of the tip.</param>
/// <param name="OfTender">Of the payment: what goes back to a card never exceeds what came from it.</param>
/// <param name="Lines">What was sold and has not been refunded by line.</param>
internal sealed record RefundableRest(Money Goods, Money Tip, Money OfTender, IReadOnlyList<SaleLine> Lines)
{
    public static RefundableRest Of(Sale sale, Tender tender, IReadOnlyList<Refund> refunds)
    {
        var counted = refunds.Where(r => r.Counts).ToList();
        Money Less(Money of, Func<Refund, Money> what) => counted.Aggregate(of, (left, refund) => left - what(refund));
        return new(
            Less(sale.Goods, r => r.Goods),
            Less(sale.Tip, r => r.Tip),
            counted.Where(r => r.Tender == tender.Number).Aggregate(tender.Amount, (left, refund) => left - refund.Amount),
            counted.SelectMany(r => r.Lines).Aggregate(sale.Lines, Without));
    }

    /// <summary>What a request takes of the rest; a refusal when it is more than that.</summary>
    public OperationAdmission.Refused? Share(RefundRequest request, out Money goods, out Money tip, out IReadOnlyList<SaleLine> lines)
    {
        (goods, tip, lines) = (Goods, Tip, request.Restock ? Lines : []);
        if (request.IsWhole)
        {
            // All that is left of this payment: the goods first, then the tip.
            if (goods > OfTender) goods = OfTender;
            if (goods + tip > OfTender) tip = OfTender - goods;
        }
        else
        {
            if (request.Lines is not null && SoldLines.Pick(Lines, request.Lines) is not { } picked)
                return new(OperationRefusal.LinesNotSold, "The lines are not all of this sale, or were refunded before.");
            lines = request.Lines is null ? [] : SoldLines.Pick(Lines, request.Lines)!;
            goods = request.AmountMinorUnits is { } amount ? goods with { MinorUnits = amount } : SoldLines.Price(lines, goods.Currency);
            tip = tip with { MinorUnits = request.TipMinorUnits ?? 0 };
        }

        if ((goods + tip).MinorUnits == 0) return new(OperationRefusal.ExceedsSale, "Nothing is left to refund.");
        return goods > Goods || tip > Tip || goods + tip > OfTender
            ? new(OperationRefusal.ExceedsSale, $"Only {Goods} of the goods and {Tip} of the tip are left, {OfTender} of this payment.")
            : null;
    }

    private static IReadOnlyList<SaleLine> Without(IReadOnlyList<SaleLine> lines, SaleLine refunded)
    {
        var wanted = refunded.Quantity;
        List<SaleLine> left = [];
        foreach (var line in lines)
        {
            var units = line.Sku == refunded.Sku && line.UnitPriceMinorUnits == refunded.UnitPriceMinorUnits ? Math.Min(wanted, line.Quantity) : 0;
            wanted -= units;
            if (line.Quantity > units) left.Add(line with { Quantity = line.Quantity - units });
        }

        return left;
    }
}
