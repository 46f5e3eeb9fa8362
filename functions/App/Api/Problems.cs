using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>RFC 9457 problem details with a stable <c>code</c>, which callers may match on; titles are for people and may change.</summary>
internal static class Problems
{
    public static IResult Of(int status, string code, string title, string? detail = null) =>
        Results.Problem(detail, statusCode: status, title: title, type: $"urn:marquee:problem:{code}", extensions: new Dictionary<string, object?> { ["code"] = code });

    public static IResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Results.ValidationProblem(
            errors.ToDictionary(),
            statusCode: StatusCodes.Status400BadRequest,
            title: "The request is not valid.",
            type: "urn:marquee:problem:invalid_request",
            extensions: new Dictionary<string, object?> { ["code"] = "invalid_request" });

    public static IResult NotFound(string what, string id) =>
        Of(StatusCodes.Status404NotFound, $"unknown_{what}", $"There is no {what} '{id}'.");

    public static IResult Conflict(string code, string title, string? detail = null) =>
        Of(StatusCodes.Status409Conflict, code, title, detail);
}
