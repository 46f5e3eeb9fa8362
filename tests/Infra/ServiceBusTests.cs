using System.Text.Json.Nodes;

namespace Marquee.Infra.Tests;

/// <summary>The local broker serves the entities that Azure is given: a message that flows here flows there.</summary>
public sealed class ServiceBusTests(DeploymentSnapshot snapshot)
{
    private const string Type = "Microsoft.ServiceBus/namespaces";

    [Fact]
    public void The_local_broker_declares_the_same_entities_as_azure()
    {
        var local = LocalEntities().Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(local);
        Assert.Equal(AzureEntities().Order(StringComparer.Ordinal), local);
    }

    [Fact]
    public void Facts_are_ordered_by_session_and_sent_once()
    {
        var lines = string.Join('\n', AzureEntities());

        Assert.Contains("topic edge-events: duplicates=P7D", lines, StringComparison.Ordinal);
        Assert.Contains("subscription edge-events/cloud: sessions=true", lines, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pop_may_send_facts_and_listen_to_commands_and_no_more() => Assert.Equal(
        [
            "policy edge-commands/pop-berlin-listen: Listen",
            "policy edge-commands/pop-lisbon-listen: Listen",
            "policy edge-events/pop-berlin-send: Send",
            "policy edge-events/pop-lisbon-send: Send",
        ],
        AzureEntities().Where(line => line.StartsWith("policy ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private IEnumerable<string> AzureEntities() =>
    [
        .. snapshot.OfType(Type + "/topics").Select(topic => Topic(Name(topic), topic["properties"]!, name => name)),
        .. snapshot.OfType(Type + "/topics/subscriptions")
            .Select(subscription => Subscription(Name(subscription), subscription["properties"]!, name => name)),
        // A rule's name is not compared: Azure must call it $Default to replace the one that lets everything pass.
        .. snapshot.OfType(Type + "/topics/subscriptions/rules")
            .Select(rule => (Name: Name(rule), Properties: rule["properties"]!))
            .Select(rule => Rule(
                rule.Name[..rule.Name.LastIndexOf('/')],
                (string)rule.Properties["filterType"]!,
                rule.Properties["correlationFilter"]!["properties"]!)),
        .. snapshot.OfType(Type + "/topics/authorizationRules").Select(policy => Policy(Name(policy), policy["properties"]!["rights"]!)),
        .. snapshot.OfType(Type + "/queues").Select(queue => "queue " + Name(queue)),
    ];

    // The rules of the local namespace itself stand for the cloud's identity, which has roles in Azure.
    private static IEnumerable<string> LocalEntities()
    {
        var config = JsonNode.Parse(File.ReadAllText(SourceTree.File("functions/Local/Platform/servicebus.json")))!;
        var space = Assert.Single(config["UserConfig"]!["Namespaces"]!.AsArray())!;
        foreach (var queue in Items(space, "Queues"))
        {
            yield return "queue " + queue["Name"];
        }
        foreach (var topic in Items(space, "Topics"))
        {
            yield return Topic((string)topic["Name"]!, topic["Properties"]!, Capitalised);
            foreach (var policy in Items(topic, "AuthorizationRules"))
            {
                yield return Policy($"{topic["Name"]}/{policy["KeyName"]}", policy["Rights"]!);
            }
            foreach (var subscription in Items(topic, "Subscriptions"))
            {
                var name = $"{topic["Name"]}/{subscription["Name"]}";
                yield return Subscription(name, subscription["Properties"]!, Capitalised);
                foreach (var rule in Items(subscription, "Rules"))
                {
                    var properties = rule["Properties"]!;
                    yield return Rule(name, properties["FilterType"] + "Filter", properties["CorrelationFilter"]!["Properties"]!);
                }
            }
        }
    }

    private static string Topic(string name, JsonNode properties, Func<string, string> spelling)
    {
        var detects = (bool?)properties[spelling("requiresDuplicateDetection")] == true;
        var window = detects ? properties[spelling("duplicateDetectionHistoryTimeWindow")]!.ToString() : "no";
        return $"topic {name}: duplicates={window} life={properties[spelling("defaultMessageTimeToLive")]}";
    }

    private static string Subscription(string name, JsonNode properties, Func<string, string> spelling) =>
        $"subscription {name}: sessions={properties[spelling("requiresSession")]!.ToJsonString()}"
        + $" lock={properties[spelling("lockDuration")]}"
        + $" deliveries={properties[spelling("maxDeliveryCount")]} life={properties[spelling("defaultMessageTimeToLive")]}"
        + $" deadLetterExpired={properties[spelling("deadLetteringOnMessageExpiration")]!.ToJsonString()}";

    private static string Rule(string subscription, string filterType, JsonNode properties) =>
        $"rule of {subscription}: {filterType} {properties.ToJsonString()}";

    private static string Policy(string name, JsonNode rights) =>
        $"policy {name}: {string.Join(", ", rights.AsArray().Select(right => (string?)right))}";

    private static IEnumerable<JsonNode> Items(JsonNode node, string name) => node[name]?.AsArray().Select(item => item!) ?? [];

    // Without the namespace, whose name is Azure's alone.
    private static string Name(JsonObject resource) => ((string)resource["name"]!).Split('/', 2)[1];

    private static string Capitalised(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
