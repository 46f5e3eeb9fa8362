using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>Reads typed fields off a JSON document, whether it was just built or came from the store.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonObject document, string name) =>
        document[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A text that is there and not empty: an empty one unsets a parameter.</summary>
    public static string? Given(this JsonObject document, string name) =>
        document.Text(name) is { Length: > 0 } text ? text : null;

    public static long? NumberOrNull(this JsonObject document, string name)
    {
        if (document[name] is not JsonValue value)
            return null;
        if (value.TryGetValue(out long number))
            return number;
        return value.TryGetValue(out int small) ? small : null;
    }

    public static long Number(this JsonObject document, string name) => document.NumberOrNull(name) ?? 0;

    public static bool? FlagOrNull(this JsonObject document, string name) =>
        document[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static bool Flag(this JsonObject document, string name) => document.FlagOrNull(name) ?? false;

    public static JsonObject? Object(this JsonObject document, string name) => document[name] as JsonObject;

    public static JsonArray? Array(this JsonObject document, string name) => document[name] as JsonArray;

    /// <summary>The texts of an array of texts; empty when absent.</summary>
    public static IReadOnlyList<string> Texts(this JsonObject document, string name) =>
        document.Array(name)?.Select(item => item!.GetValue<string>()).ToList() ?? [];

    /// <summary>Walks nested objects; null as soon as one is missing.</summary>
    public static JsonObject? Path(this JsonObject document, params ReadOnlySpan<string> names)
    {
        var current = document;
        foreach (var name in names)
        {
            if (current.Object(name) is not { } next)
                return null;
            current = next;
        }
        return current;
    }

    /// <summary>A copy that may be put into another document (a node has one parent only).</summary>
    public static T? Copy<T>(this T? node) where T : JsonNode => (T?)node?.DeepClone();

    /// <summary>Copies the named fields that were given; an empty text clears.</summary>
    public static void Take(this JsonObject document, JsonObject parameters, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (parameters.ContainsKey(name))
                document[name] = parameters[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length == 0
                    ? null
                    : parameters[name].Copy();
        }
    }

    /// <summary>Merges metadata as Stripe does: a key set to empty is removed, an empty whole clears all.</summary>
    public static void TakeMetadata(this JsonObject document, JsonObject parameters)
    {
        if (!parameters.ContainsKey("metadata"))
            return;
        if (parameters.Object("metadata") is not { } given)
        {
            document["metadata"] = new JsonObject();
            return;
        }
        var merged = document.Object("metadata").Copy() ?? [];
        foreach (var (key, value) in given)
        {
            if (value is JsonValue text && text.GetValue<string>().Length > 0)
                merged[key] = text.DeepClone();
            else
                merged.Remove(key);
        }
        document["metadata"] = merged;
    }
}
