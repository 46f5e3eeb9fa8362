namespace Marquee.StreamRelay.Http;

/// <summary>
/// Lets pages of any origin use the streams (Fetch standard, CORS): who may is decided by the bearer token, which no browser sends by itself,
/// so the origin proves nothing. What the node says of itself stays closed.
/// </summary>
internal sealed class CrossOrigin(RequestDelegate next)
{
    private const string Methods = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";

    // Authorization must be named: the wildcard does not cover it.
    private const string RequestHeaders = "Authorization, Content-Type, If-Match, Range";
    private const string AnswerHeaders =
        "Location, Link, ETag, Accept-Patch, Accept-Post, Retry-After, WWW-Authenticate, Content-Range, Date";

    private const string MaxAgeSeconds = "7200";

    private static readonly PathString[] Signalling = ["/whip", "/whep"];
    private static readonly PathString[] Open = [.. Signalling, "/hls", "/streams"];

    public Task InvokeAsync(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        if (request.Headers.Origin.Count == 0 || !IsUnder(Open, request.Path)) return next(context);
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = AnswerHeaders;
        // Without the request's method it is no preflight, but a client that asks what the path takes: the path answers.
        if (!HttpMethods.IsOptions(request.Method) || request.Headers.AccessControlRequestMethod.Count == 0) return next(context);
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = MaxAgeSeconds;
        if (IsUnder(Signalling, request.Path)) headers["Accept-Post"] = "application/sdp";
        return Task.CompletedTask;
    }

    private static bool IsUnder(PathString[] roots, PathString path) =>
        Array.Exists(roots, root => path.StartsWithSegments(root, StringComparison.Ordinal));
}
