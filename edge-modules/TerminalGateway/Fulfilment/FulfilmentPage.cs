using Marquee.TerminalGateway.Http;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>The tablet's page. A browser fetches a service worker's files without asking anybody for a key, so its files need none.</summary>
internal static class FulfilmentPage
{
    private static readonly PageFiles Files = new("Fulfilment");

    /// <summary><c>/staff/fulfilment</c>, its files, and <c>/fulfilment</c> for people who type.</summary>
    public static void MapFulfilmentPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/fulfilment", () => Results.Redirect("/staff/fulfilment"));
        routes.MapGet("/staff/fulfilment", (HttpContext http) => Files.File(http, "fulfilment.html"));
        routes.MapGet("/staff/fulfilment/{name}", (HttpContext http, string name) =>
        {
            // The page stands one level above its worker.
            if (name == "worker.js") http.Response.Headers["Service-Worker-Allowed"] = "/staff/fulfilment";
            return Files.File(http, name);
        });
    }
}
