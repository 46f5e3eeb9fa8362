using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>One operation of the published API: method, path template and the parameters it takes.</summary>
internal sealed class Operation
{
    private readonly string[] _segments;

    public Operation(string name, JsonObject source)
    {
        Name = name;
        var space = name.IndexOf(' ', StringComparison.Ordinal);
        Method = name[..space];
        Template = name[(space + 1)..];
        _segments = Template.Trim('/').Split('/');
        var form = source.Object("form") is { } described && described.Count > 0 ? Schema.Read(described) : Schema.ReadQuery([]);
        var query = Schema.ReadQuery(source.Object("query") ?? []);
        Parameters = Method == "POST" ? form : query.With(form);
    }

    /// <summary>As in the description: <c>POST /v1/payment_intents/{intent}/capture</c>.</summary>
    public string Name { get; }
    public string Method { get; }
    public string Template { get; }
    public Schema Parameters { get; }

    /// <summary>Fixed segments count more than holes, so <c>/charges/search</c> wins over <c>/charges/{charge}</c>.</summary>
    public int Weight => _segments.Count(segment => segment[0] != '{');

    public IReadOnlyDictionary<string, string>? Match(string[] path)
    {
        if (path.Length != _segments.Length)
            return null;
        var holes = new Dictionary<string, string>();
        for (var i = 0; i < path.Length; i++)
        {
            if (_segments[i][0] == '{')
                holes[_segments[i].Trim('{', '}')] = Uri.UnescapeDataString(path[i]);
            else if (_segments[i] != path[i])
                return null;
        }
        return holes;
    }
}
