using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Splitting;

namespace Marquee.App.Api;

public sealed record SplitRequest(int? CommissionBasisPoints, IReadOnlyList<SplitShare>? Shares, string? TipsTo);

public sealed record EventRequest
{
    public string? Template { get; init; }

    public string? Title { get; init; }

    public string? VenueId { get; init; }

    public IReadOnlyList<string>? PopIds { get; init; }

    public string? Currency { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>The template's duration after the start when left out.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The template's drop window when left out.</summary>
    public int? DropWindowMinutes { get; init; }

    public SplitRequest? Split { get; init; }

    /// <summary>The template's limits when left out.</summary>
    public OfflineLimits? OfflineLimits { get; init; }

    internal void Check(string eventId, Validation check)
    {
        var template = EventTemplates.Find(Template ?? "");
        check.Slug(eventId, "eventId")
            .Require(template is not null, "template", $"must be one of {string.Join(", ", EventTemplates.All.Select(one => one.Id))}")
            .Text(Title, "title", EventPlan.MaxTitleLength)
            .Slug(VenueId, "venueId")
            .Require(PopIds is { Count: > 0 and <= EventPlan.MaxPops } pops && pops.All(Slug.IsValid) && pops.Distinct().Count() == pops.Count, "popIds", $"must be 1 to {EventPlan.MaxPops} different PoP ids")
            .Currency(Currency, "currency")
            .Require(StartsAt is not null, "startsAt", "is required")
            .Require(DropWindowMinutes is null or >= 0, "dropWindowMinutes", "must not be negative");
        if (Split is not { Shares: { } shares, TipsTo: { } tipsTo })
        {
            check.Require(false, "split", "needs shares and tipsTo");
        }
        else if (SplitRules.Check(1, Commission(template), shares, tipsTo) is { } fault)
        {
            check.Require(false, "split", $"is refused: {fault}");
        }

        if (!check.Failed && ToPlan(eventId).Check() is { } planFault)
        {
            check.Require(false, "event", $"is refused: {planFault}");
        }
    }

    /// <summary>Call after <see cref="Check"/> found nothing.</summary>
    internal EventPlan ToPlan(string eventId)
    {
        var template = EventTemplates.Find(Template!)!;
        return new EventPlan
        {
            Id = eventId,
            Title = Title!,
            VenueId = VenueId!,
            PopIds = PopIds!,
            Currency = Domain.Currency.Of(Currency!),
            StartsAt = StartsAt!.Value.ToUniversalTime(),
            EndsAt = (EndsAt ?? StartsAt.Value + template.Duration).ToUniversalTime(),
            DropWindow = DropWindowMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : template.DropWindow,
            Split = new SplitRules(1, Commission(template), Split!.Shares!, Split.TipsTo!),
            OfflineLimits = OfflineLimits ?? template.OfflineLimits,
        };
    }

    private int Commission(EventTemplate? template) => Split?.CommissionBasisPoints ?? template?.CommissionBasisPoints ?? 0;
}

/// <param name="Identity">Who may buy it: <c>none</c> (or left out), <c>verified_person</c> or <c>age_over_NN</c>.</param>
/// <param name="HighTicket">Sold by a till that is cut off only to a person whose identity was checked.</param>
public sealed record ProductRequest(
    string? Name, long? UnitPriceMinorUnits, int? TaxBasisPoints, IReadOnlyDictionary<string, int>? Quotas, string? Identity = null, bool HighTicket = false)
{
    private const string Anybody = "none";

    internal void Check(string sku, EventPlan plan, Validation check)
    {
        check.Require(Name is not null, "name", "is required")
            .Require(UnitPriceMinorUnits is not null, "unitPriceMinorUnits", "is required")
            .Require(TaxBasisPoints is not null, "taxBasisPoints", "is required")
            .Require(Quotas is not null, "quotas", "is required")
            .Require(Quotas?.Keys.All(plan.PopIds.Contains) != false, "quotas", "names a PoP that the event is not at")
            .Require(Identity is null or Anybody || IdentityPolicy.TryParse(Identity) is not null, "identity", "must be none, verified_person or age_over_NN");
        if (!check.Failed && ToProduct(sku).Check() is { } fault)
        {
            check.Require(false, "product", $"is refused: {fault}");
        }
    }

    internal Product ToProduct(string sku) => new(sku, Name!, UnitPriceMinorUnits!.Value, TaxBasisPoints!.Value, Quotas!)
    {
        Identity = IdentityPolicy.TryParse(Identity),
        HighTicket = HighTicket,
    };
}
