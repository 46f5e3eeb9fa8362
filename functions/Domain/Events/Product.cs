using System.Text.Json.Serialization;
using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;

namespace Marquee.Domain.Events;

/// <summary>Why a product is refused.</summary>
public enum ProductFault
{
    InvalidSku,
    InvalidName,
    PriceOutOfRange,
    TaxOutOfRange,
    InvalidQuota,
}

/// <summary>Something that an event sells: its price with tax, and how many each PoP may sell over the whole event.</summary>
public sealed record Product(string Sku, string Name, long UnitPriceMinorUnits, int TaxBasisPoints, IReadOnlyDictionary<string, int> Quotas)
{
    /// <summary>Who may buy it; null: anybody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IdentityPolicy? Identity { get; init; }

    /// <summary>A till that is cut off sells it only to a person whose identity was checked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HighTicket { get; init; }

    public const int MaxNameLength = 120;

    /// <summary>Ten million in a currency with two decimals: dearer is a typing error.</summary>
    public const long MaxUnitPriceMinorUnits = 1_000_000_000;

    public const int MaxQuota = 1_000_000;

    /// <summary>Null when the product holds, otherwise the first fault.</summary>
    public ProductFault? Check()
    {
        if (!Slug.IsValid(Sku)) return ProductFault.InvalidSku;
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > MaxNameLength) return ProductFault.InvalidName;
        if (UnitPriceMinorUnits is < 0 or > MaxUnitPriceMinorUnits) return ProductFault.PriceOutOfRange;
        if (TaxBasisPoints is < 0 or > TaxTable.MaxBasisPoints) return ProductFault.TaxOutOfRange;
        return Quotas.All(quota => Slug.IsValid(quota.Key) && quota.Value is >= 0 and <= MaxQuota) ? null : ProductFault.InvalidQuota;
    }
}
