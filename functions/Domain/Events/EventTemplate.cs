using System.Collections.Immutable;
using Marquee.Domain.Contracts;

namespace Marquee.Domain.Events;

/// <summary>Defaults for a kind of event; whoever makes an event may choose otherwise.</summary>
/// <param name="Id">A slug.</param>
/// <param name="Name">For people.</param>
/// <param name="Duration">From start to end.</param>
/// <param name="DropWindow">How long the drop stays open after the PoPs have drained.</param>
/// <param name="CommissionBasisPoints">The platform's commission on the proceeds.</param>
/// <param name="OfflineLimits">In minor units of a currency with two decimals.</param>
/// <param name="Checklist">What the rehearsal checks, by name.</param>
public sealed record EventTemplate(
    string Id,
    string Name,
    TimeSpan Duration,
    TimeSpan DropWindow,
    int CommissionBasisPoints,
    OfflineLimits OfflineLimits,
    ImmutableArray<string> Checklist);

/// <summary>The templates there are.</summary>
public static class EventTemplates
{
    /// <summary>Every PoP has taken over the event's configuration.</summary>
    public const string PopsConfigured = "pops-configured";

    /// <summary>Every PoP's till has reported itself healthy.</summary>
    public const string TillsReachable = "tills-reachable";

    /// <summary>Every PoP's relay has reported itself healthy.</summary>
    public const string RelaysHealthy = "relays-healthy";

    /// <summary>Every party of the split can be paid out by the processor.</summary>
    public const string PayeesReady = "payees-ready";

    /// <summary>There is something to sell.</summary>
    public const string CataloguePriced = "catalogue-priced";

    /// <summary>Every PoP has stock of something.</summary>
    public const string QuotasLeased = "quotas-leased";

    private static readonly ImmutableArray<string> TillChecks = [PopsConfigured, TillsReachable, PayeesReady, CataloguePriced];

    /// <summary>A live show with a till and a drop for three days after it.</summary>
    public static EventTemplate PopUpShow { get; } = new(
        "pop-up-show", "Pop-up show", TimeSpan.FromHours(3), TimeSpan.FromHours(72), 500, 
        new OfflineLimits(5_000, 50_000), [.. TillChecks, RelaysHealthy]);

    /// <summary>A long evening of few, dear sales: higher limits per sale, and a week to decide.</summary>
    public static EventTemplate GalleryNight { get; } = new(
        "gallery-night", "Gallery night", TimeSpan.FromHours(5), TimeSpan.FromDays(7), 800, new OfflineLimits(20_000, 100_000), TillChecks);

    /// <summary>A short sale of one thing to many: small sales, a drop for a day.</summary>
    public static EventTemplate ProductDrop { get; } = new(
        "product-drop", "Product drop", TimeSpan.FromHours(1), TimeSpan.FromHours(24), 600, 
        new OfflineLimits(3_000, 30_000), [.. TillChecks, QuotasLeased]);

    public static ImmutableArray<EventTemplate> All { get; } = [PopUpShow, GalleryNight, ProductDrop];

    public static EventTemplate? Find(string id) => All.FirstOrDefault(template => template.Id == id);
}
