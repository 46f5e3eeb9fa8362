using System.Text;
using Marquee.Local.Stripe.Store;

namespace Marquee.Local.Stripe.Wire;

/// <summary>Who calls: a secret key may do all, a restricted key what its permissions say.</summary>
internal sealed class ApiKeys(Setting setting)
{
    private readonly Dictionary<string, string> _resources = setting.Permissions.Object("resources")!
        .ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>());

    /// <summary>Returns the key, or refuses with 401.</summary>
    public string Authenticate(string? authorization)
    {
        var key = Key(authorization)
            ?? throw ApiError.Unauthorized("You did not provide an API key. You need to provide your API key in the Authorization header, "
                + "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
        var known = key.StartsWith("sk_test_", StringComparison.Ordinal)
            ? setting.Options.ApiKey is not { Length: > 0 } only || only == key
            : setting.Options.RestrictedKeys.Any(restricted => restricted.Key == key);
        return known ? key : throw ApiError.Unauthorized($"Invalid API Key provided: {Mask(key)}");
    }

    /// <summary>Refuses with 403 what a restricted key may not do.</summary>
    public void Authorize(string key, Operation operation)
    {
        if (setting.Options.RestrictedKeys.FirstOrDefault(restricted => restricted.Key == key) is not { } granted)
            return;
        var resource = _resources.Where(entry => operation.Template == entry.Key
            || operation.Template.StartsWith(entry.Key + "/", StringComparison.Ordinal))
            .Select(entry => entry.Value).FirstOrDefault() ?? "unknown";
        var write = operation.Method != "GET";
        if (granted.Permissions.Contains($"{resource}:write") || (!write && granted.Permissions.Contains($"{resource}:read")))
            return;
        throw ApiError.Forbidden($"The provided key '{Mask(key)}' does not have the required permissions for this endpoint on account "
            + $"'{setting.Platform}'. Having the 'rak_{resource}_{(write ? "write" : "read")}' permission would allow this request to continue.",
            "more_permissions_required");
    }

    public static string Mask(string key) => key.Length <= 12 ? "****" : $"{key[..8]}{new string('*', key.Length - 12)}{key[^4..]}";

    private static string? Key(string? authorization)
    {
        if (authorization is null)
            return null;
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return authorization["Bearer ".Length..].Trim() is { Length: > 0 } token ? token : null;
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        var buffer = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization["Basic ".Length..].Trim(), buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length).Split(':')[0]
            : null;
    }
}
