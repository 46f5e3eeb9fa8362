using Marquee.TerminalGateway.Http;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>The evening's page. It shares the tablet's style sheet.</summary>
internal static class TonightPage
{
    private static readonly PageFiles Files = new("Tonight");

    /// <summary><c>/staff/tonight</c>, its files, and <c>/tonight</c> for people who type.</summary>
    public static void MapTonightPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tonight", () => Results.Redirect("/staff/tonight"));
        routes.MapGet("/staff/tonight", (HttpContext http) => Files.File(http, "tonight.html"));
        routes.MapGet("/staff/tonight/{name}", (HttpContext http, string name) => Files.File(http, name));
    }
}
