using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>
/// How much a PoP may approve without the processor: per sale, and in all that is not forwarded yet. Minor units of the event's
/// currency. The finer caps are optional; one that is left out is what its member without "MinorUnits" says.
/// </summary>
public sealed record OfflineLimits(long PerSaleMinorUnits, long OutstandingMinorUnits)
{
    public const int DefaultSales = 1_000;

    public static readonly TimeSpan DefaultAge = TimeSpan.FromHours(12);

    /// <summary>Of one card, outstanding at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PerCardMinorUnits { get; init; }

    /// <summary>Of one terminal, outstanding at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PerTerminalMinorUnits { get; init; }

    /// <summary>Sales outstanding at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxSales { get; init; }

    /// <summary>Minutes that the oldest outstanding sale may have waited when another is approved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAgeMinutes { get; init; }

    /// <summary>Two sales of the largest size, when not set.</summary>
    [JsonIgnore]
    public long PerCard => PerCardMinorUnits ?? (PerSaleMinorUnits > long.MaxValue / 2 ? long.MaxValue : PerSaleMinorUnits * 2);

    /// <summary>All that is allowed to be outstanding, when not set.</summary>
    [JsonIgnore]
    public long PerTerminal => PerTerminalMinorUnits ?? OutstandingMinorUnits;

    [JsonIgnore]
    public int Sales => MaxSales ?? DefaultSales;

    [JsonIgnore]
    public TimeSpan Age => MaxAgeMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : DefaultAge;

    /// <summary>Whether no cap is below zero.</summary>
    [JsonIgnore]
    public bool IsValid =>
        PerSaleMinorUnits >= 0 && OutstandingMinorUnits >= 0 && PerCard >= 0 && PerTerminal >= 0 && Sales >= 0 && Age >= TimeSpan.Zero;
}
