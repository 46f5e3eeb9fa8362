using System.Collections.Frozen;
using System.Reflection;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// A staff page's static files out of this assembly, which speak to the endpoints beside them and to nobody else. They are no secret and are
/// given without the key; what they show is behind it.
/// </summary>
internal sealed class PageFiles(string folder)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'";

    private readonly FrozenDictionary<string, byte[]> _files = Load(folder + ".");

    public IResult File(HttpContext http, string name)
    {
        if (!_files.TryGetValue(name, out var content)) return Results.NotFound();
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(content, ContentType(name));
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };

    private static FrozenDictionary<string, byte[]> Load(string prefix)
    {
        var assembly = typeof(PageFiles).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(n => n[prefix.Length..], n => Read(assembly, n));
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
