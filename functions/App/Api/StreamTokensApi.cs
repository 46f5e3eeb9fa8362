using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.App.Streams;
using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>Tokens with which encoders publish to and crews watch an event's streams; the audience gets its own from the event's page.</summary>
public sealed class StreamTokensApi(
    EventStore events, StreamAccessStore store, StreamTokens tokens, StreamAccessPublisher access, StreamEndpoints endpoints, TimeProvider time)
{
    [Function("IssueStreamToken")]
    public async Task<IResult> IssueStreamToken(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/events/{eventId}/stream-tokens")] HttpRequest request,
        string eventId,
        CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is not { } document)
        {
            return Problems.NotFound("event", eventId);
        }

        return await Body.ReadAsync<StreamTokenRequest>(
            request,
            (body, check) => body.Check(document.Plan, check),
            async body =>
            {
                var grant = body.ToGrant(document.Plan);
                if (StreamHours.Of(document.Phase, grant.Scope) == StreamOpening.Over)
                {
                    return Problems.Conflict("stream_over", "The event is over, and its relays let nobody in any more.");
                }

                if (tokens.Sign(grant) is not { } signed)
                {
                    return StreamProblems.NoKey;
                }

                var issued = IssuedTokens.Of(signed, grant);
                await store.PutIssuedAsync(eventId, issued, cancellationToken);
                request.HttpContext.Response.Headers.CacheControl = "no-store";
                var urls = await endpoints.ForAsync(grant, document.Plan, cancellationToken);
                return Body.Json(
                    new { issued.Id, signed.Token, issued.StreamId, issued.Scope, issued.IssuedAt, issued.ExpiresAt, Endpoints = urls },
                    StatusCodes.Status201Created);
            });
    }

    [Function("ListStreamTokens")]
    public async Task<IResult> ListStreamTokens(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/events/{eventId}/stream-tokens")] HttpRequest request,
        string eventId,
        CancellationToken cancellationToken) =>
        await events.FindAsync(eventId, cancellationToken) is not null
            ? Body.Json(new { items = await store.IssuedAsync(eventId, cancellationToken) })
            : Problems.NotFound("event", eventId);

    /// <summary>Ends a token and the sessions that it began, wherever they are. A second time changes nothing.</summary>
    [Function("RevokeStreamToken")]
    public async Task<IResult> RevokeStreamToken(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/events/{eventId}/stream-tokens/{tokenId}")] HttpRequest request,
        string eventId,
        string tokenId,
        CancellationToken cancellationToken)
    {
        if (await store.FindIssuedAsync(eventId, tokenId, cancellationToken) is not { } issued)
        {
            return Problems.NotFound("stream_token", tokenId);
        }

        var now = time.GetUtcNow();
        if (!await store.RevokeAsync(new RevokedToken(tokenId, issued.ExpiresAt), now, cancellationToken))
        {
            return StreamProblems.TooManyRevocations;
        }

        await store.PutIssuedAsync(eventId, issued with { RevokedAt = issued.RevokedAt ?? now }, cancellationToken);
        await access.PublishAsync(cancellationToken);
        return Results.NoContent();
    }

    /// <summary>Ends every token of the event, or of one stage of it (<c>?stage=</c>), that was issued until now: the audience's as well.</summary>
    [Function("RevokeStreamTokens")]
    public async Task<IResult> RevokeStreamTokens(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/events/{eventId}/stream-tokens")] HttpRequest request,
        string eventId,
        CancellationToken cancellationToken)
    {
        if (await events.FindAsync(eventId, cancellationToken) is null)
        {
            return Problems.NotFound("event", eventId);
        }

        if (!StreamEndpoints.TryReadStage(request, out var stage))
        {
            return StreamProblems.InvalidStage;
        }

        // Tokens are dated to the millisecond as well: one that is issued after this answer is not before this moment.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (!await store.RevokeAsync(new RevokedStream(StreamId.Of(eventId, stage).ToString(), now), now, cancellationToken))
        {
            return StreamProblems.TooManyRevocations;
        }

        await access.PublishAsync(cancellationToken);
        return Results.NoContent();
    }
}
