using System.Globalization;
using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>Reads <c>a[b][c]=v</c>, <c>a[]=v</c> and <c>a[0][b]=v</c> into a tree whose leaves are texts; lists are objects keyed by
/// index.</summary>
internal static class FormBody
{
    /// <summary>Pairs in one request; Stripe's own limit is on bytes, ours keeps a mistake small.</summary>
    public const int PairsMax = 2_000;

    private const int DepthMax = 12;

    public static JsonObject Parse(string encoded)
    {
        var root = new JsonObject();
        if (encoded.Length == 0)
            return root;
        var pairs = encoded.Split('&', StringSplitOptions.RemoveEmptyEntries);
        if (pairs.Length > PairsMax)
            throw ApiError.Check($"Too many parameters: {pairs.Length}, at most {PairsMax}.", null, null);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            Put(root, Keys(name), equals < 0 ? "" : Decode(pair[(equals + 1)..]), name);
        }
        return root;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static List<string> Keys(string name)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket <= 0)
            return [name];
        var keys = new List<string> { name[..bracket] };
        keys.AddRange((name[^1] == ']' ? name[(bracket + 1)..^1] : name[(bracket + 1)..]).Split("]["));
        if (keys.Count > DepthMax)
            throw ApiError.Check($"Parameter nested too deeply: {keys[0]}", keys[0], null);
        return keys;
    }

    private static void Put(JsonObject root, List<string> keys, string value, string name)
    {
        var current = root;
        for (var i = 0; i < keys.Count - 1; i++)
        {
            var key = KeyIn(current, keys[i]);
            if (current[key] is null)
                current[key] = new JsonObject();
            current = current[key] as JsonObject ?? throw ApiError.Check($"Invalid parameter: {name}", name, null);
        }
        current[KeyIn(current, keys[^1])] = value;
    }

    // `a[]=x&a[]=y` appends; the index is the number of items so far.
    private static string KeyIn(JsonObject parent, string key) =>
        key.Length > 0 ? key : parent.Count.ToString(CultureInfo.InvariantCulture);
}
