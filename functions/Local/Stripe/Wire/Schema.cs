using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>The shape of a parameter, as Stripe's published description gives it: names, types, choices.</summary>
internal sealed class Schema
{
    public string? Type { get; private init; }
    public IReadOnlyDictionary<string, Schema> Properties { get; private init; } = new Dictionary<string, Schema>();
    public IReadOnlySet<string> Required { get; private init; } = new HashSet<string>();
    public Schema? Items { get; private init; }
    public Schema? AdditionalProperties { get; private init; }
    public IReadOnlyList<Schema> AnyOf { get; private init; } = [];
    public IReadOnlyList<string> Enum { get; private init; } = [];
    public int? MaxLength { get; private init; }

    /// <summary>The description names an object without saying what is in it: anything goes.</summary>
    public bool IsOpen => Type == "object" && Properties.Count == 0 && AdditionalProperties is null && !Closed;

    private bool Closed { get; init; }

    public static Schema Read(JsonObject source) => new()
    {
        Type = source.Text("type"),
        Properties = ReadProperties(source.Object("properties")),
        Required = source["required"] is JsonArray ? source.Texts("required").ToHashSet() : new HashSet<string>(),
        Items = source.Object("items") is { } items ? Read(items) : null,
        AdditionalProperties = source.Object("additionalProperties") is { } rest ? Read(rest) : null,
        AnyOf = source.Array("anyOf")?.Select(item => Read(item!.AsObject())).ToList() ?? [],
        Enum = source.Array("enum") is null ? [] : source.Texts("enum"),
        MaxLength = (int?)source.NumberOrNull("maxLength"),
        Closed = source.ContainsKey("properties"),
    };

    /// <summary>Query parameters come as a map whose entries say themselves whether they are required.</summary>
    public static Schema ReadQuery(JsonObject query) => new()
    {
        Type = "object",
        Closed = true,
        Properties = ReadProperties(query),
        Required = query.Where(entry => entry.Value is JsonObject field && field.Flag("required")).Select(entry => entry.Key).ToHashSet(),
    };

    public Schema With(Schema other) => new()
    {
        Type = "object",
        Closed = true,
        Properties = Properties.Concat(other.Properties).DistinctBy(pair => pair.Key).ToDictionary(),
        Required = Required.Union(other.Required).ToHashSet(),
    };

    private static Dictionary<string, Schema> ReadProperties(JsonObject? properties) =>
        properties?.ToDictionary(entry => entry.Key, entry => Read(entry.Value!.AsObject())) ?? [];
}
