using Marquee.App.Api;
using Marquee.App.Storage;
using Marquee.Domain;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Pages;

/// <summary>The public pages: what is on, and a page per event that follows its event as it goes. A draft has no page.</summary>
public sealed class PagesApi(EventStore events, HostDirectory directory, EventPages pages)
{
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    [Function("Programme")]
    public async Task<IResult> Programme([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "programme")] HttpRequest request, CancellationToken cancellationToken)
    {
        var shown = new List<EventDocument>();
        await foreach (var document in events.ListAsync(cancellationToken))
        {
            if (document.Phase is not (EventPhase.Draft or EventPhase.Archived))
            {
                shown.Add(document);
            }
        }

        return Html(request, await pages.RenderProgrammeAsync(shown.OrderBy(document => document.Plan.StartsAt)));
    }

    [Function("EventPage")]
    public async Task<IResult> EventPage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "e/{eventId}")] HttpRequest request, string eventId, CancellationToken cancellationToken)
    {
        if (await PublicAsync(eventId, cancellationToken) is not { } document)
        {
            return Problems.NotFound("event", eventId);
        }

        var venue = await directory.FindVenueAsync(document.Plan.VenueId, cancellationToken);
        return Html(request, await pages.RenderEventAsync(document, venue, await events.ProductsAsync(eventId, cancellationToken)), await FramesAsync(document, cancellationToken));
    }

    /// <summary>What an open page asks for to follow its event.</summary>
    [Function("EventState")]
    public async Task<IResult> EventState(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "e/{eventId}/state")] HttpRequest request, string eventId, CancellationToken cancellationToken)
    {
        request.HttpContext.Response.Headers.CacheControl = "public, max-age=2";
        return await PublicAsync(eventId, cancellationToken) is { } document
            ? Body.Json(new { phase = PhaseWords.Code(document.Phase), phaseText = PhaseWords.For(document.Phase), startsAt = document.Plan.StartsAt })
            : Problems.NotFound("event", eventId);
    }

    [Function("PageStyle")]
    public IResult PageStyle([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "assets/marquee.css")] HttpRequest request) =>
        Asset(request, pages.Style, "text/css; charset=utf-8");

    [Function("PageScript")]
    public IResult PageScript([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "assets/event.js")] HttpRequest request) =>
        Asset(request, pages.Script, "text/javascript; charset=utf-8");

    [Function("PageIcon")]
    public IResult PageIcon([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "assets/favicon.svg")] HttpRequest request) =>
        Asset(request, pages.Icon, "image/svg+xml");

    private static IResult Asset(HttpRequest request, string content, string contentType)
    {
        request.HttpContext.Response.Headers.CacheControl = "public, max-age=300";
        request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(content, contentType);
    }

    private static IResult Html(HttpRequest request, string html, string frames = "'none'")
    {
        request.HttpContext.Response.Headers.ContentSecurityPolicy = $"{Policy}; frame-src {frames}";
        request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        request.HttpContext.Response.Headers.CacheControl = "public, max-age=5";
        return Results.Text(html, "text/html; charset=utf-8");
    }

    private async Task<EventDocument?> PublicAsync(string eventId, CancellationToken cancellationToken) =>
        Slug.IsValid(eventId) && await events.FindAsync(eventId, cancellationToken) is { Phase: not EventPhase.Draft } document ? document : null;

    /// <summary>The relays of the event's PoPs, whose player the page shows in a frame while the event is on.</summary>
    private async Task<string> FramesAsync(EventDocument document, CancellationToken cancellationToken)
    {
        var origins = new List<string>();
        foreach (var popId in document.Plan.PopIds)
        {
            if (await directory.FindPopAsync(popId, cancellationToken) is { RelayUrl: { } relay })
            {
                origins.Add(relay.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
            }
        }

        return origins.Count == 0 ? "'none'" : string.Join(' ', origins.Distinct());
    }
}
