using System.Security.Cryptography;
using System.Text;

namespace Marquee.TerminalGateway.Http;

/// <summary>
/// Lets the venue's staff through: <c>Authorization: Bearer {key}</c> from programs, Basic from browsers (any user name, the key as password),
/// which then also sign the pages' own requests. Another site's page cannot ride on that: what a browser marks as cross-site is refused.
/// </summary>
internal sealed class StaffAccess(GatewaySettings settings) : IEndpointFilter
{
    // Hashes, so that neither the time nor an early return tells the key's length.
    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(settings.StaffKey));

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none"))
        {
            return ValueTask.FromResult<object?>(Problems.Of(
                StatusCodes.Status403Forbidden, "cross_site_refused", "Only the gateway's own pages may ask in a browser."));
        }

        if (Key(http.Request.Headers.Authorization.ToString()) is { } key && IsKnown(key)) return next(context);
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"marquee staff\"";
        return ValueTask.FromResult<object?>(Problems.Of(
            StatusCodes.Status401Unauthorized, "staff_key_required", "Staff present their key as a bearer token or as a password."));
    }

    private bool IsKnown(string key) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _expected);

    private static string? Key(string authorization)
    {
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization["Bearer ".Length..];
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization["Basic ".Length..], bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var pair && pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
                ? pair[(colon + 1)..]
                : null;
    }
}
