using Marquee.Domain.Contracts;

namespace Marquee.Domain.Sales;

/// <summary>
/// The tax inside tax-inclusive prices. Lines of one rate are added up first, then rounded once (EN 16931: per VAT category, half up).
/// </summary>
public static class IncludedTax
{
    /// <returns>Minor units of the sale's currency, all rates together.</returns>
    /// <exception cref="KeyNotFoundException">A SKU is not in the table.</exception>
    public static long Of(IReadOnlyList<SaleLine> lines, TaxTable taxes) => lines
        .GroupBy(line => taxes[line.Sku])
        .Sum(rate => BasisPoints.IncludedIn(checked((long)SaleRules.Sum([.. rate])), rate.Key));
}
