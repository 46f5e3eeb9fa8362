using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;

namespace Marquee.TerminalGateway.Sales.Operations;

/// <summary>Parts of what a sale sold, at the prices that it was sold for.</summary>
internal static class SoldLines
{
    /// <summary>
    /// The wanted quantities out of the sold lines, earliest first; all of them when nothing is named. Null when more is wanted than was sold.
    /// </summary>
    public static IReadOnlyList<SaleLine>? Pick(IReadOnlyList<SaleLine> sold, IReadOnlyList<OrderLine>? wanted)
    {
        if (wanted is null) return sold;
        var left = wanted.GroupBy(l => l.Sku, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(l => (long)l.Quantity), StringComparer.Ordinal);
        List<SaleLine> picked = [];
        foreach (var line in sold)
        {
            var units = (int)Math.Min(left.GetValueOrDefault(line.Sku), line.Quantity);
            if (units == 0) continue;
            left[line.Sku] -= units;
            picked.Add(line with { Quantity = units });
        }

        return left.Values.Any(units => units > 0) ? null : picked;
    }

    public static Money Price(IReadOnlyList<SaleLine> lines, Currency currency) => new(checked((long)SaleRules.Sum(lines)), currency);
}
