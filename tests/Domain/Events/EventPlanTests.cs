using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Splitting;

namespace Marquee.Domain.Tests.Events;

public sealed class EventPlanTests
{
    private static readonly EventPlan Plan = new()
    {
        Id = "watch-night",
        Title = "Watch night",
        VenueId = "kiez-hall",
        PopIds = ["berlin", "lisbon"],
        Currency = Currency.Eur,
        StartsAt = new(2026, 11, 20, 19, 0, 0, TimeSpan.FromHours(1)),
        EndsAt = new(2026, 11, 20, 22, 0, 0, TimeSpan.FromHours(1)),
        DropWindow = TimeSpan.FromHours(72),
        Split = new SplitRules(1, 500, [new("ada", 10_000)], "ada"),
        OfflineLimits = new OfflineLimits(5_000, 50_000),
    };

    private static readonly Product Watch = new("watch", "A watch", 19_900, 1_900, new Dictionary<string, int> { ["berlin"] = 10, ["lisbon"] = 5 });

    [Fact]
    public void A_plan_and_its_products_hold()
    {
        Assert.Null(Plan.Check());
        Assert.Null(Watch.Check());
    }

    [Fact]
    public void Each_fault_of_a_plan_is_named()
    {
        Refused(PlanFault.InvalidId, Plan with { Id = "Watch Night" });
        Refused(PlanFault.InvalidTitle, Plan with { Title = " " });
        Refused(PlanFault.InvalidTitle, Plan with { Title = new string('x', 121) });
        Refused(PlanFault.InvalidVenue, Plan with { VenueId = "?" });
        Refused(PlanFault.NoPops, Plan with { PopIds = [] });
        Refused(PlanFault.TooManyPops, Plan with { PopIds = [.. Enumerable.Range(0, 17).Select(i => $"pop-{i}")] });
        Refused(PlanFault.InvalidPop, Plan with { PopIds = ["berlin", "B"] });
        Refused(PlanFault.DuplicatePop, Plan with { PopIds = ["berlin", "berlin"] });
        Refused(PlanFault.EndsBeforeStart, Plan with { EndsAt = Plan.StartsAt });
        Refused(PlanFault.TooLong, Plan with { EndsAt = Plan.StartsAt.AddDays(8) });
        Refused(PlanFault.DropWindowOutOfRange, Plan with { DropWindow = TimeSpan.FromSeconds(-1) });
        Refused(PlanFault.DropWindowOutOfRange, Plan with { DropWindow = TimeSpan.FromDays(91) });
        Refused(PlanFault.InvalidOfflineLimits, Plan with { OfflineLimits = new OfflineLimits(-1, 0) });
    }

    [Fact]
    public void Each_fault_of_a_product_is_named()
    {
        Assert.Equal(ProductFault.InvalidSku, (Watch with { Sku = "A watch" }).Check());
        Assert.Equal(ProductFault.InvalidName, (Watch with { Name = "" }).Check());
        Assert.Equal(ProductFault.PriceOutOfRange, (Watch with { UnitPriceMinorUnits = -1 }).Check());
        Assert.Equal(ProductFault.TaxOutOfRange, (Watch with { TaxBasisPoints = 5_001 }).Check());
        Assert.Equal(ProductFault.InvalidQuota, (Watch with { Quotas = new Dictionary<string, int> { ["berlin"] = -1 } }).Check());
    }

    [Fact]
    public void A_PoP_is_told_its_own_quotas_and_none_of_the_others()
    {
        var cap = new Product("cap", "A cap", 2_500, 1_900, new Dictionary<string, int> { ["lisbon"] = 3 });

        var berlin = Plan.ConfigurationFor("berlin", EventPhase.Announced, [Watch, cap]);

        Assert.Equal(
            [
                new CatalogueItem("cap", "A cap", 2_500, 0) { TaxBasisPoints = 1_900 },
                new CatalogueItem("watch", "A watch", 19_900, 10) { TaxBasisPoints = Watch.TaxBasisPoints },
            ],
            berlin.Catalogue);
        Assert.Equal(EventPhase.Announced, berlin.Phase);
        Assert.Equal("watch-night", berlin.EventId);
    }

    [Fact]
    public void A_PoP_is_told_who_may_buy()
    {
        var gin = Watch with { Sku = "gin", Identity = IdentityPolicy.AgeOver(18), HighTicket = true };

        var item = Assert.Single(Plan.ConfigurationFor("berlin", EventPhase.Live, [gin]).Catalogue);

        Assert.Equal((IdentityPolicy.AgeOver(18), true), (item.Identity, item.HighTicket));
    }

    [Fact]
    public void The_tax_table_holds_every_product() => Assert.Equal(1_900, EventPlan.Taxes([Watch])["watch"]);

    [Fact]
    public void Every_template_makes_a_plan_that_holds() => Assert.All(EventTemplates.All, template =>
    {
        Assert.True(Slug.IsValid(template.Id));
        Assert.Same(template, EventTemplates.Find(template.Id));
        Assert.NotEmpty(template.Checklist);
        Assert.Null(SplitRules.Check(1, template.CommissionBasisPoints, Plan.Split.Shares, "ada"));
        Assert.Null((Plan with
        {
            EndsAt = Plan.StartsAt + template.Duration,
            DropWindow = template.DropWindow,
            OfflineLimits = template.OfflineLimits,
        }).Check());
    });

    [Fact]
    public void A_template_that_is_not_there_is_not_found() => Assert.Null(EventTemplates.Find("rave"));

    private static void Refused(PlanFault fault, EventPlan plan) => Assert.Equal(fault, plan.Check());
}
