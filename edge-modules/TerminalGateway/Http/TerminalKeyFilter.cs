using System.Security.Cryptography;
using System.Text;

namespace Marquee.TerminalGateway.Http;

/// <summary>Lets through who presents the terminals' key. The comparison takes the same time however much of the key is right.</summary>
internal sealed class TerminalKeyFilter(GatewaySettings settings) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    // Hashes, so that neither the time nor an early return tells the key's length.
    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(settings.TerminalKey));

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (IsKnown(context.HttpContext.Request.Headers.Authorization.ToString())) return next(context);
        context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
        return ValueTask.FromResult<object?>(Problems.Of(
            StatusCodes.Status401Unauthorized, "terminal_key_required", "A terminal presents its key as a bearer token."));
    }

    private bool IsKnown(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..])), _expected);
}
