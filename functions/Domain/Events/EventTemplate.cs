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
    private static readonly ImmutableArray<string> TillChecks = ["pops-configured", "tills-reachable", "payments-reachable", "catalogue-priced"];

    /// <summary>A live show with a till and a drop for three days after it.</summary>
    public static EventTemplate PopUpShow { get; } = new(
        "pop-up-show", "Pop-up show", TimeSpan.FromHours(3), TimeSpan.FromHours(72), 500, new OfflineLimits(5_000, 50_000), [.. TillChecks, "relays-healthy"]);

    /// <summary>A long evening of few, dear sales: higher limits per sale, and a week to decide.</summary>
    public static EventTemplate GalleryNight { get; } = new(
        "gallery-night", "Gallery night", TimeSpan.FromHours(5), TimeSpan.FromDays(7), 800, new OfflineLimits(20_000, 100_000), TillChecks);

    /// <summary>A short sale of one thing to many: small sales, a drop for a day.</summary>
    public static EventTemplate ProductDrop { get; } = new(
        "product-drop", "Product drop", TimeSpan.FromHours(1), TimeSpan.FromHours(24), 600, new OfflineLimits(3_000, 30_000), [.. TillChecks, "quotas-leased"]);

    public static ImmutableArray<EventTemplate> All { get; } = [PopUpShow, GalleryNight, ProductDrop];

    public static EventTemplate? Find(string id) => All.FirstOrDefault(template => template.Id == id);
}
