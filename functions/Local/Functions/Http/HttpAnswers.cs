using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Marquee.Local.Functions.Http;

/// <summary>Writes what an HTTP function returned.</summary>
internal static class HttpAnswers
{
    public static Task WriteAsync(HttpContext http, object? answer) => answer switch
    {
        IActionResult action => action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor())),
        IResult result => result.ExecuteAsync(http),
        null => Nothing(http),
        string text => TypedResults.Text(text).ExecuteAsync(http),
        byte[] bytes => TypedResults.Bytes(bytes).ExecuteAsync(http),
        _ => http.Response.WriteAsJsonAsync(answer, answer.GetType(), http.RequestAborted),
    };

    /// <summary>204, unless the function wrote to the response itself.</summary>
    private static Task Nothing(HttpContext http)
    {
        if (!http.Response.HasStarted && http.Response.StatusCode == StatusCodes.Status200OK)
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
