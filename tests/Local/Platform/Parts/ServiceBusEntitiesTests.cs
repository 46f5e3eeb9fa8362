using System.Text.Json;
using Marquee.Local.Platform.Parts;

namespace Marquee.Local.Platform.Tests.Parts;

public sealed class ServiceBusEntitiesTests
{
    [Fact]
    public void Every_key_of_the_configuration_is_filled_in()
    {
        var entities = ServiceBusEntities.Read();
        var keys = entities.KeyNames.ToDictionary(name => name, name => $"key of {name}");

        var config = entities.WithKeys(keys);

        using var json = JsonDocument.Parse(config);
        Assert.Equal(keys.OrderBy(rule => rule.Key), Rules(json.RootElement).OrderBy(rule => rule.Key));
    }

    [Fact]
    public void Each_PoP_has_a_key_to_send_facts_and_another_to_listen_to_commands() => Assert.Superset(
        new HashSet<string>(Topology.PopIds.SelectMany(popId => new[] { $"pop-{popId}-send", $"pop-{popId}-listen" }).Append("cloud")),
        ServiceBusEntities.Read().KeyNames.ToHashSet());

    private static IEnumerable<KeyValuePair<string, string>> Rules(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object when node.TryGetProperty("KeyName", out var name) => [KeyValuePair.Create(name.GetString()!, node.GetProperty("PrimaryKey").GetString()!)],
        JsonValueKind.Object => node.EnumerateObject().SelectMany(member => Rules(member.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(Rules),
        _ => [],
    };
}
