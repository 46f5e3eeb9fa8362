using System.Globalization;

namespace Marquee.StreamRelay.Http;

/// <summary>A request that is not carried out: problem details (RFC 9457) with a stable <c>code</c>, and their headers.</summary>
internal sealed record Refusal(int Status, string Code, string Title) : IResult
{
    public string? Detail { get; init; }

    /// <summary>When another try may go better.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The value of <c>WWW-Authenticate</c>.</summary>
    public string? Challenge { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        headers.CacheControl = "no-store";
        if (RetryAfter is { } wait) headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (Challenge is not null) headers.WWWAuthenticate = Challenge;
        var extensions = new Dictionary<string, object?> { ["code"] = Code };
        return Results.Problem(Detail, statusCode: Status, title: Title, type: $"urn:marquee:problem:{Code}", extensions: extensions)
            .ExecuteAsync(httpContext);
    }
}
