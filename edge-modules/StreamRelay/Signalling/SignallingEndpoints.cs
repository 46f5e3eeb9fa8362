using Marquee.Domain.Streams;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Tokens;

namespace Marquee.StreamRelay.Signalling;

/// <summary>WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) over HTTP.</summary>
internal static class SignallingEndpoints
{
    public static void MapSignalling(this IEndpointRouteBuilder routes)
    {
        Map(routes, "whip", StreamScope.Publish);
        Map(routes, "whep", StreamScope.View);
    }

    // Any other method of a known path is answered with 405 and Allow by the routing.
    private static void Map(IEndpointRouteBuilder routes, string root, StreamScope scope)
    {
        var stream = $"/{root}/{{streamId}}";
        var session = $"{stream}/{{sessionId}}";
        routes.MapPost(stream, (HttpRequest request, string streamId, StreamGate gate, SessionDesk desk, SignallingSettings settings) =>
            OpenAsync(request, streamId, scope, gate, desk, settings));
        routes.MapDelete(session, (HttpRequest request, string streamId, string sessionId, StreamGate gate, SessionOperations operations) =>
            EndAsync(request, streamId, sessionId, scope, gate, operations));
        routes.MapPatch(session, (HttpRequest request, string streamId, string sessionId, StreamGate gate, SessionOperations operations) =>
            PatchAsync(request, streamId, sessionId, scope, gate, operations));
        routes.MapMethods(stream, [HttpMethods.Options], (HttpResponse response) => Options(response, "POST, OPTIONS", offers: true));
        routes.MapMethods(session, [HttpMethods.Options], (HttpResponse response) =>
            Options(response, "DELETE, PATCH, OPTIONS", offers: false));
    }

    private static async Task<IResult> OpenAsync(
        HttpRequest request, string streamId, StreamScope scope, StreamGate gate, SessionDesk desk, SignallingSettings settings)
    {
        var entry = await gate.EnterAsync(request, streamId, scope);
        if (!entry.IsOpen) return entry.Refusal;
        var (text, refusal) = await SdpBody.ReadAsync(request, SdpBody.Offer);
        if (text is null) return refusal!;
        if (!SessionDescription.TryParse(text, out var offer)) return SignallingRefusals.OfferMalformed;
        var opening = scope == StreamScope.Publish ? await desk.PublishAsync(entry.Token, offer) : await desk.ViewAsync(entry.Token, offer);
        return opening.Refusal ?? (IResult)new SdpAnswer(StatusCodes.Status201Created, SdpBody.Offer, opening.Answer)
        {
            Location = $"{request.PathBase}{request.Path}/{opening.Id}",
            ETag = opening.ETag,
            Links = settings.IceServerLinks,
        };
    }

    private static async Task<IResult> EndAsync(
        HttpRequest request, string streamId, string sessionId, StreamScope scope, StreamGate gate, SessionOperations operations)
    {
        var (token, refusal) = await gate.ReturnAsync(request, streamId, scope);
        if (token is null) return refusal!;
        // Exactly 200: OBS takes another success for a failure.
        return await operations.EndAsync(new SessionCall(streamId, scope, sessionId, token, refusal)) ?? Results.Ok();
    }

    private static async Task<IResult> PatchAsync(
        HttpRequest request, string streamId, string sessionId, StreamScope scope, StreamGate gate, SessionOperations operations)
    {
        var (token, refusal) = await gate.ReturnAsync(request, streamId, scope);
        if (token is null) return refusal!;
        var (text, unread) = await SdpBody.ReadAsync(request, SdpBody.Fragment);
        if (text is null) return unread!;
        // Weak tags never match (RFC 9110 13.1.1).
        var condition = request.GetTypedHeaders().IfMatch.Where(tag => !tag.IsWeak).Select(tag => tag.Tag.ToString()).ToList();
        if (condition.Count == 0) return SignallingRefusals.PreconditionMissing;
        if (!IceFragment.TryParse(text, out var fragment)) return SignallingRefusals.FragmentMalformed;
        var (answer, refused) = await operations.PatchAsync(new SessionCall(streamId, scope, sessionId, token, refusal), fragment, condition);
        if (answer is null) return refused!;
        return answer.Fragment is null
            ? Results.NoContent()
            : new SdpAnswer(StatusCodes.Status200OK, SdpBody.Fragment, answer.Fragment) { ETag = answer.ETag };
    }

    private static IResult Options(HttpResponse response, string methods, bool offers)
    {
        response.Headers.Allow = methods;
        if (offers) response.Headers["Accept-Post"] = SdpBody.Offer;
        else response.Headers["Accept-Patch"] = SdpBody.Fragment;
        return Results.Ok();
    }
}
