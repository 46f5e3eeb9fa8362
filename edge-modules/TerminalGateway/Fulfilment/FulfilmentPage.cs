using System.Collections.Frozen;
using System.Reflection;

namespace Marquee.TerminalGateway.Fulfilment;

/// <summary>
/// The tablet's page: static files out of this assembly, which speak to the endpoints beside them and to nobody else. They are no secret and
/// are given without the key, since a browser fetches a service worker's files without asking anybody for one; every order is behind it.
/// </summary>
internal static class FulfilmentPage
{
    private const string Prefix = "Fulfilment.";
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, byte[]> Files = Load();

    /// <summary><c>/staff/fulfilment</c>, its files, and <c>/fulfilment</c> for people who type.</summary>
    public static void MapFulfilmentPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/fulfilment", () => Results.Redirect("/staff/fulfilment"));
        routes.MapGet("/staff/fulfilment", (HttpContext http) => File(http, "fulfilment.html"));
        routes.MapGet("/staff/fulfilment/{name}", (HttpContext http, string name) => File(http, name));
    }

    private static IResult File(HttpContext http, string name)
    {
        if (!Files.TryGetValue(name, out var content)) return Results.NotFound();
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        // The page stands one level above its worker.
        if (name == "worker.js") headers["Service-Worker-Allowed"] = "/staff/fulfilment";
        return Results.Bytes(content, ContentType(name));
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };

    private static FrozenDictionary<string, byte[]> Load()
    {
        var assembly = typeof(FulfilmentPage).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(n => n[Prefix.Length..], n => Read(assembly, n));
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
