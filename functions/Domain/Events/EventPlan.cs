using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Events;

/// <summary>Why an event's plan is refused.</summary>
public enum PlanFault
{
    InvalidId,
    InvalidTitle,
    InvalidVenue,
    NoPops,
    TooManyPops,
    InvalidPop,
    DuplicatePop,
    EndsBeforeStart,
    TooLong,
    DropWindowOutOfRange,
    InvalidOfflineLimits,
}

/// <summary>What an event is to be, apart from where it stands.</summary>
public sealed record EventPlan
{
    public const int MaxTitleLength = 120;

    public const int MaxPops = 16;

    /// <summary>A micro-event; a festival is several.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromDays(7);

    public static readonly TimeSpan MaxDropWindow = TimeSpan.FromDays(90);

    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string VenueId { get; init; }

    public required IReadOnlyList<string> PopIds { get; init; }

    public required Currency Currency { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required TimeSpan DropWindow { get; init; }

    public required SplitRules Split { get; init; }

    public required OfflineLimits OfflineLimits { get; init; }

    /// <summary>Null when the plan holds, otherwise the first fault. The split has checked itself when it was made.</summary>
    public PlanFault? Check()
    {
        if (!Slug.IsValid(Id)) return PlanFault.InvalidId;
        if (string.IsNullOrWhiteSpace(Title) || Title.Length > MaxTitleLength) return PlanFault.InvalidTitle;
        if (!Slug.IsValid(VenueId)) return PlanFault.InvalidVenue;
        if (PopIds.Count == 0) return PlanFault.NoPops;
        if (PopIds.Count > MaxPops) return PlanFault.TooManyPops;
        if (!PopIds.All(Slug.IsValid)) return PlanFault.InvalidPop;
        if (PopIds.Distinct(StringComparer.Ordinal).Count() != PopIds.Count) return PlanFault.DuplicatePop;
        if (EndsAt <= StartsAt) return PlanFault.EndsBeforeStart;
        if (EndsAt - StartsAt > MaxDuration) return PlanFault.TooLong;
        if (DropWindow < TimeSpan.Zero || DropWindow > MaxDropWindow) return PlanFault.DropWindowOutOfRange;
        return OfflineLimits is { IsValid: true } ? null : PlanFault.InvalidOfflineLimits;
    }

    /// <summary>What a PoP is told in a phase: the whole of it, with the PoP's own quotas (0 where it has none).</summary>
    public ConfigureEvent ConfigurationFor(string popId, EventPhase phase, IEnumerable<Product> products) => new()
    {
        EventId = Id,
        Title = Title,
        Phase = phase,
        Currency = Currency,
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Catalogue = [.. products
            .OrderBy(product => product.Sku, StringComparer.Ordinal)
            .Select(product => new CatalogueItem(
                product.Sku, product.Name, product.UnitPriceMinorUnits, product.Quotas.GetValueOrDefault(popId))
            {
                Identity = product.Identity,
                HighTicket = product.HighTicket,
                TaxBasisPoints = product.TaxBasisPoints,
            })],
        OfflineLimits = OfflineLimits,
    };

    public static TaxTable Taxes(IEnumerable<Product> products) =>
        new(products.Select(product => KeyValuePair.Create(product.Sku, product.TaxBasisPoints)));
}
