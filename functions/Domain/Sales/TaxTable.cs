namespace Marquee.Domain.Sales;

/// <summary>The tax rate of each SKU of an event, in basis points of the net price (19 % = 1900).</summary>
public sealed class TaxTable
{
    /// <summary>Above any VAT in force; a rate beyond it is a typing error.</summary>
    public const int MaxBasisPoints = 5_000;

    private readonly Dictionary<string, int> _bySku;

    /// <exception cref="ArgumentException">A rate is negative or above <see cref="MaxBasisPoints"/>.</exception>
    public TaxTable(IEnumerable<KeyValuePair<string, int>> basisPointsBySku)
    {
        _bySku = new Dictionary<string, int>(basisPointsBySku, StringComparer.Ordinal);
        if (_bySku.Values.Any(rate => rate is < 0 or > MaxBasisPoints))
            throw new ArgumentException("A tax rate is out of range.", nameof(basisPointsBySku));
    }

    public bool Contains(string sku) => _bySku.ContainsKey(sku);

    /// <summary>Basis points of a SKU.</summary>
    /// <exception cref="KeyNotFoundException">The SKU is not in the table.</exception>
    public int this[string sku] => _bySku[sku];
}
