using Marquee.Domain.Contracts;

namespace Marquee.Domain.Sales;

/// <summary>
/// The tax inside tax-inclusive prices. Lines of one rate are added up first, then rounded once (EN 16931: per VAT category, half up).
/// </summary>
public static class IncludedTax
{
    /// <returns>Minor units of the sale's currency, all rates together.</returns>
    /// <exception cref="KeyNotFoundException">A SKU is not in the table.</exception>
    public static long Of(IReadOnlyList<SaleLine> lines, TaxTable taxes) => ByRate(lines, taxes).Sum(rate => rate.TaxMinorUnits);

    /// <returns>One entry for each rate among the lines, the highest first.</returns>
    /// <exception cref="KeyNotFoundException">A SKU is not in the table.</exception>
    public static IReadOnlyList<TaxAtRate> ByRate(IReadOnlyList<SaleLine> lines, TaxTable taxes) =>
    [
        .. lines
            .GroupBy(line => taxes[line.Sku])
            .OrderByDescending(rate => rate.Key)
            .Select(rate => (rate.Key, Gross: checked((long)SaleRules.Sum([.. rate]))))
            .Select(rate => new TaxAtRate(rate.Key, rate.Gross, BasisPoints.IncludedIn(rate.Gross, rate.Key))),
    ];
}

/// <summary>The tax of one rate inside a sale: the gross of its lines, and how much of it is tax. Minor units.</summary>
public sealed record TaxAtRate(int BasisPoints, long GrossMinorUnits, long TaxMinorUnits)
{
    public long NetMinorUnits => GrossMinorUnits - TaxMinorUnits;
}
