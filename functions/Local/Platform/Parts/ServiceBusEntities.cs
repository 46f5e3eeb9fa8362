using System.Text.Json.Nodes;

namespace Marquee.Local.Platform.Parts;

/// <summary>
/// The broker's configuration: <c>servicebus.json</c>, in the official emulator's format, is in the repository without keys;
/// the broker gets a copy with the keys of this machine.
/// </summary>
internal sealed class ServiceBusEntities
{
    private const string Rules = "AuthorizationRules";
    private readonly JsonNode _config;

    private ServiceBusEntities(JsonNode config) => _config = config;

    public static ServiceBusEntities Read() =>
        new(JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "servicebus.json")))!);

    public IReadOnlyCollection<string> KeyNames => [.. AllRules().Select(rule => (string)rule["KeyName"]!)];

    public string WithKeys(IReadOnlyDictionary<string, string> keys)
    {
        var copy = new ServiceBusEntities(_config.DeepClone());
        foreach (var rule in copy.AllRules()) rule["PrimaryKey"] = keys[(string)rule["KeyName"]!];
        return copy._config.ToJsonString();
    }

    private IEnumerable<JsonNode> AllRules()
    {
        foreach (var space in Items(_config["UserConfig"]!, "Namespaces"))
        {
            foreach (var rule in Items(space, Rules)) yield return rule;
            foreach (var rule in Items(space, "Topics").Concat(Items(space, "Queues")).SelectMany(entity => Items(entity, Rules)))
                yield return rule;
        }
    }

    private static IEnumerable<JsonNode> Items(JsonNode node, string name) => node[name]?.AsArray().Select(item => item!) ?? [];
}
