using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Http;

/// <summary>Answers that come from the host and not from a function: RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext http, int status, string code, string detail, string? invocationId = null)
    {
        if (http.Response.HasStarted)
            return Task.CompletedTask;
        var extensions = new Dictionary<string, object?> { ["code"] = code };
        if (invocationId is not null)
            extensions["invocationId"] = invocationId;
        return TypedResults.Problem(detail, statusCode: status, extensions: extensions).ExecuteAsync(http);
    }
}
