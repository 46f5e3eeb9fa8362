using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Wire;

/// <summary>
/// All operations: Stripe's published description (operations.json, 2023-08-16) with the few newer parameters and operations that we allow
/// laid over it (operations.additions.json, each with its reason).
/// </summary>
internal sealed class OperationCatalog
{
    private readonly Dictionary<(string Method, int Length), List<Operation>> _operations;

    public OperationCatalog()
    {
        var published = Tables.Read("operations.json").Object("operations")!;
        foreach (var (name, addition) in Tables.Read("operations.additions.json").Object("operations")!)
            Lay(published, name, addition!.AsObject());
        All = published.Select(entry => new Operation(entry.Key, entry.Value!.AsObject())).ToList();
        _operations = All.GroupBy(operation => (operation.Method, operation.Template.Count(c => c == '/')))
            .ToDictionary(group => group.Key, group => group.OrderByDescending(operation => operation.Weight).ToList());
    }

    public IReadOnlyList<Operation> All { get; }

    public (Operation Operation, IReadOnlyDictionary<string, string> Holes)? Find(string method, string path)
    {
        var segments = path.Trim('/').Split('/');
        foreach (var operation in _operations.GetValueOrDefault((method, segments.Length), []))
        {
            if (operation.Match(segments) is { } holes)
                return (operation, holes);
        }
        return null;
    }

    private static void Lay(JsonObject onto, string key, JsonNode addition)
    {
        if (onto[key] is JsonObject known && addition is JsonObject more && !more.ContainsKey("anyOf"))
        {
            foreach (var (name, value) in more)
                Lay(known, name, value!);
        }
        else if (onto[key] is JsonArray choices && addition is JsonArray further)
        {
            foreach (var choice in further)
                choices.Add(choice!.DeepClone());
        }
        else
        {
            onto[key] = addition.DeepClone();
        }
    }
}
