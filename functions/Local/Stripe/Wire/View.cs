using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;

namespace Marquee.Local.Stripe.Wire;

/// <summary>What a caller sees of a stored document: fields that begin with an underscore are ours, and <c>expand</c> puts objects in
/// place of ids.</summary>
internal static class View
{
    /// <summary>A field stored under this prefix is shown only when expanded.</summary>
    public const string OnExpand = "_expand_";

    private const int ExpandDepthMax = 4;

    public static JsonObject Public(JsonObject document) => (JsonObject)Strip(document)!;

    public static void Expand(Session session, JsonObject body, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var names = path.Split('.');
            if (names.Length > ExpandDepthMax)
                throw ApiError.Check($"You cannot expand more than {ExpandDepthMax} levels of a property. Property: {path}", "expand",
                    null);
            Expand(session, body, names, path);
        }
    }

    private static void Expand(Session session, JsonObject body, ReadOnlySpan<string> names, string path)
    {
        if (names.IsEmpty)
            return;
        var name = names[0];
        if (name == "refunds" && body.Text("object") == "charge" && !body.ContainsKey(name))
            body[name] = Page.Inline(session.Children(body.Text("id")!, "refund"), $"/v1/charges/{body.Text("id")}/refunds");
        else if (!body.ContainsKey(name) && body.Text("id") is { } id && session.FindAnywhere(id) is { } stored
            && stored.ContainsKey(OnExpand + name))
            body[name] = stored[OnExpand + name].Copy();
        if (!body.ContainsKey(name))
            throw ApiError.Check($"This property cannot be expanded ({path}).", "expand", null);
        switch (body[name])
        {
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is JsonValue && Fetch(session, items[i]!) is { } item)
                        items[i] = item;
                    if (items[i] is JsonObject inner)
                        Expand(session, inner, names[1..], path);
                }
                break;
            case JsonObject nested:
                Expand(session, nested, names[1..], path);
                break;
            case JsonValue value:
                if (Fetch(session, value) is not { } expanded)
                    throw ApiError.Check($"This property cannot be expanded ({path}).", "expand", null);
                body[name] = expanded;
                Expand(session, expanded, names[1..], path);
                break;
            default:
                break;
        }
    }

    private static JsonObject? Fetch(Session session, JsonNode id) =>
        id.AsValue().TryGetValue(out string? text) && session.FindAnywhere(text) is { } found ? Public(found) : null;

    private static JsonNode? Strip(JsonNode? node) => node switch
    {
        JsonObject document => new JsonObject(document.Where(field => field.Key[0] != '_')
            .Select(field => KeyValuePair.Create(field.Key, Strip(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Strip)]),
        _ => node?.DeepClone(),
    };
}
