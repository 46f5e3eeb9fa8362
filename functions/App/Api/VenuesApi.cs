using Marquee.App.Storage;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

public sealed record VenueRequest(string? Name, string? Country, string? TimeZone, string? Address);

public sealed record PopRequest(string? Name, Uri? RelayUrl = null);

/// <summary>Venues and the PoPs that stand in them.</summary>
public sealed class VenuesApi(HostDirectory directory)
{
    [Function("PutVenue")]
    public Task<IResult> PutVenue(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/venues/{venueId}")] HttpRequest request, string venueId, CancellationToken cancellationToken) =>
        Body.ReadAsync<VenueRequest>(
            request,
            (body, check) => check
                .Slug(venueId, "venueId")
                .Text(body.Name, "name", 200)
                .Text(body.Address, "address", 500)
                .Country(body.Country, "country")
                .Require(body.TimeZone is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _), "timeZone", "must be an IANA time zone, such as Europe/Berlin"),
            async body =>
            {
                var venue = new Venue(venueId, body.Name!, body.Country!, body.TimeZone!, body.Address!);
                await directory.PutVenueAsync(venue, cancellationToken);
                return Body.Json(venue);
            });

    [Function("GetVenue")]
    public async Task<IResult> GetVenue(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/venues/{venueId}")] HttpRequest request, string venueId, CancellationToken cancellationToken) =>
        await directory.FindVenueAsync(venueId, cancellationToken) is { } venue ? Body.Json(venue) : Problems.NotFound("venue", venueId);

    [Function("PutPop")]
    public Task<IResult> PutPop(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/venues/{venueId}/pops/{popId}")] HttpRequest request,
        string venueId,
        string popId,
        CancellationToken cancellationToken) =>
        Body.ReadAsync<PopRequest>(
            request,
            (body, check) => check
                .Slug(popId, "popId")
                .Text(body.Name, "name", 200)
                .Require(body.RelayUrl is null or { IsAbsoluteUri: true, Scheme: "https" or "http", Query: "" }, "relayUrl", "must be an absolute http(s) URL"),
            async body =>
            {
                if (await directory.FindVenueAsync(venueId, cancellationToken) is null)
                {
                    return Problems.NotFound("venue", venueId);
                }

                // A PoP's devices carry its id, so it does not wander to another venue by a slip of a URL.
                if (await directory.FindPopAsync(popId, cancellationToken) is { } existing && existing.VenueId != venueId)
                {
                    return Problems.Conflict("pop_elsewhere", $"The PoP '{popId}' belongs to venue '{existing.VenueId}'.");
                }

                var pop = new Pop(popId, venueId, body.Name!, body.RelayUrl);
                await directory.PutPopAsync(pop, cancellationToken);
                return Body.Json(pop);
            });
}
