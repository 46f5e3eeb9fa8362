using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using Fluid;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Events;

namespace Marquee.App.Pages;

/// <summary>Renders the pages that buyers see from Liquid templates, everything from outside encoded.</summary>
public sealed class EventPages
{
    private static readonly FluidParser Parser = new();

    private readonly IFluidTemplate _event = Load("event.liquid");
    private readonly IFluidTemplate _programme = Load("programme.liquid");

    public string Script { get; } = Read("event.js");

    public string Style { get; } = Read("marquee.css");

    public string Icon { get; } = Read("favicon.svg");

    public ValueTask<string> RenderEventAsync(EventDocument document, Venue? venue, IReadOnlyList<Product> products)
    {
        var model = new Dictionary<string, object?>
        {
            ["id"] = document.Id,
            ["title"] = document.Plan.Title,
            ["phase"] = PhaseWords.Code(document.Phase),
            ["phase_text"] = PhaseWords.For(document.Phase),
            ["starts"] = Moment(document.Plan.StartsAt, venue),
            ["ends"] = Moment(document.Plan.EndsAt, venue),
            ["starts_iso"] = Iso(document.Plan.StartsAt),
            ["venue"] = venue?.Name,
            ["address"] = venue?.Address,
            ["products"] = products.Select(product => new Dictionary<string, object?>
            {
                ["name"] = product.Name,
                ["price"] = new Money(product.UnitPriceMinorUnits, document.Plan.Currency).ToString(),
            }).ToArray(),
        };
        return RenderAsync(_event, model);
    }

    public ValueTask<string> RenderProgrammeAsync(IEnumerable<EventDocument> events)
    {
        var model = new Dictionary<string, object?>
        {
            ["events"] = events.Select(one => new Dictionary<string, object?>
            {
                ["id"] = one.Id,
                ["title"] = one.Plan.Title,
                ["phase_text"] = PhaseWords.For(one.Phase),
                ["starts_iso"] = Iso(one.Plan.StartsAt),
                ["starts"] = Moment(one.Plan.StartsAt, null),
            }).ToArray(),
        };
        return RenderAsync(_programme, model);
    }

    /// <summary>Templates see the dictionaries they are given and nothing else of the process.</summary>
    private static ValueTask<string> RenderAsync(IFluidTemplate template, Dictionary<string, object?> model) =>
        template.RenderAsync(new TemplateContext(model), HtmlEncoder.Default);

    /// <summary>In the venue's own time: that is when the doors open there.</summary>
    private static string Moment(DateTimeOffset time, Venue? venue)
    {
        var local = venue is null ? time : TimeZoneInfo.ConvertTime(time, TimeZoneInfo.FindSystemTimeZoneById(venue.TimeZone));
        return local.ToString("dddd d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture) + (venue is null ? " UTC" : "");
    }

    private static string Iso(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static IFluidTemplate Load(string name) =>
        Parser.TryParse(Read(name), out var template, out var error) ? template : throw new InvalidDataException($"{name}: {error}");

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Pages." + name)!);
        return reader.ReadToEnd();
    }
}
