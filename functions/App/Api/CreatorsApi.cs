using Marquee.App.Payments;
using Marquee.App.Storage;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

public sealed record CreatorRequest(string? Name, string? Email, string? Country, string? Currency);

public sealed record OnboardingLinkRequest(Uri? ReturnUrl);

/// <summary>Creators, each with a connected account at the processor.</summary>
public sealed class CreatorsApi(HostDirectory directory, ConnectedAccounts accounts)
{
    [Function("PutCreator")]
    public Task<IResult> PutCreator(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/creators/{creatorId}")] HttpRequest request, string creatorId, CancellationToken cancellationToken) =>
        Body.ReadAsync<CreatorRequest>(
            request,
            (body, check) => check
                .Slug(creatorId, "creatorId")
                .Text(body.Name, "name", 200)
                .Require(body.Email is { Length: <= 254 } email && email.IndexOf('@', StringComparison.Ordinal) > 0, "email", "must be an e-mail address")
                .Country(body.Country, "country")
                .Currency(body.Currency, "currency"),
            async body =>
            {
                var existing = await directory.FindCreatorAsync(creatorId, cancellationToken);
                if (existing is not null && (existing.Country != body.Country || existing.Currency != body.Currency))
                {
                    return Problems.Conflict("creator_fixed", "A creator's country and currency are those of the account that pays them, and do not change.");
                }

                var creator = (existing ?? new Creator { Id = creatorId, Name = body.Name!, Email = body.Email!, Country = body.Country!, Currency = body.Currency! })
                    with { Name = body.Name!, Email = body.Email! };
                creator = await accounts.EnsureAsync(creator, cancellationToken);
                await directory.PutCreatorAsync(creator, cancellationToken);
                return Body.Json(creator);
            });

    /// <summary>Where the creator proves who they are to the processor. A link is good once and for minutes, so a new one is made each time.</summary>
    [Function("CreateOnboardingLink")]
    public Task<IResult> CreateOnboardingLink(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/creators/{creatorId}/onboarding-links")] HttpRequest request,
        string creatorId,
        CancellationToken cancellationToken) =>
        Body.ReadAsync<OnboardingLinkRequest>(
            request,
            (body, check) => check.Require(body.ReturnUrl is { IsAbsoluteUri: true, Scheme: "https" or "http" }, "returnUrl", "must be an absolute http(s) URL"),
            async body => await directory.FindCreatorAsync(creatorId, cancellationToken) is { StripeAccountId: { } accountId }
                ? Body.Json(new { url = await accounts.OnboardingLinkAsync(accountId, body.ReturnUrl!, cancellationToken) }, StatusCodes.Status201Created)
                : Problems.NotFound("creator", creatorId));

    [Function("GetCreator")]
    public async Task<IResult> GetCreator(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/creators/{creatorId}")] HttpRequest request, string creatorId, CancellationToken cancellationToken) =>
        await directory.FindCreatorAsync(creatorId, cancellationToken) is { } creator ? Body.Json(creator) : Problems.NotFound("creator", creatorId);
}
