using Marquee.App.Api;
using Marquee.App.Storage;
using Marquee.App.Streams;
using Marquee.Domain;
using Marquee.Domain.Events;
using Marquee.Domain.Streams;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Pages;

/// <summary>Gives the audience of a public event its tickets: a token to watch while the event is live, for whoever asks.</summary>
public sealed class ViewTokenApi(EventStore events, StreamTokens tokens, StreamEndpoints endpoints, TimeProvider time)
{
    /// <summary>A player that joins late still has this long; and a show that overruns, as long after its planned end.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    private static readonly TimeSpan Most = TimeSpan.FromHours(12);

    [Function("ViewToken")]
    public async Task<IResult> ViewToken(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "e/{eventId}/view-token")] HttpRequest request,
        string eventId,
        CancellationToken cancellationToken)
    {
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        if (!Slug.IsValid(eventId) || await events.FindAsync(eventId, cancellationToken) is not { Phase: not EventPhase.Draft } document)
        {
            return Problems.NotFound("event", eventId);
        }

        if (!StreamEndpoints.TryReadStage(request, out var stage))
        {
            return StreamProblems.InvalidStage;
        }

        if (document.Phase != EventPhase.Live)
        {
            return Problems.Conflict("not_live", "The event is not on now.");
        }

        var grant = new StreamGrant(StreamId.Of(eventId, stage), StreamScope.View, document.Plan.PopIds, MayTakeOver: false, Lifetime(document.Plan));
        if (tokens.Sign(grant) is not { } signed)
        {
            return StreamProblems.NoKey;
        }

        var urls = await endpoints.ForAsync(grant, document.Plan, cancellationToken);
        return Body.Json(new { signed.Id, signed.Token, StreamId = grant.Stream.ToString(), signed.ExpiresAt, Endpoints = urls });
    }

    // HLS shows the token with every segment, so it must last for the show; it can be revoked all the same.
    private TimeSpan Lifetime(EventPlan plan)
    {
        var rest = plan.EndsAt - time.GetUtcNow() + Least;
        return rest < Least ? Least : rest > Most ? Most : rest;
    }
}
