using System.Text.Json;
using System.Xml;

namespace Marquee.Local.ServiceBus.Broker.Config;

/// <summary>
/// Reads the official Service Bus Emulator's Config.json, with two additions of ours: <c>AuthorizationRules</c> on the
/// namespace, a queue or a topic, and <c>Status</c> among the properties. An unknown property is an error, so that a
/// misspelt one is not taken for its default.
/// </summary>
internal static class ConfigReader
{
    // The emulator's documented key, so that its documented connection string works where no rules are configured.
    private static readonly AuthorizationRule EmulatorRule = new("RootManageSharedAccessKey", "SAS_KEY_VALUE", AccessRights.Manage);

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static NamespaceConfig ReadFile(string path)
    {
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BrokerConfigException($"Configuration '{path}' cannot be read: {e.Message}", e);
        }

        return Read(json);
    }

    /// <exception cref="BrokerConfigException">Names the entity that is wrong.</exception>
    public static NamespaceConfig Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            var user = new ConfigNode(document.RootElement, "configuration").Child("UserConfig", "UserConfig");
            var namespaces = user.Items("Namespaces", n => $"namespace '{n}'").ToList();
            return namespaces.Count == 1
                ? ReadNamespace(namespaces[0])
                : throw new BrokerConfigException($"UserConfig.Namespaces must hold exactly one namespace, not {namespaces.Count}.");
        }
        catch (JsonException e)
        {
            throw new BrokerConfigException($"The configuration is not JSON: {e.Message}", e);
        }
    }

    private static NamespaceConfig ReadNamespace(ConfigNode node)
    {
        node.AllowOnly("Name", "Queues", "Topics", "AuthorizationRules");
        var rules = ReadAuthorization(node);
        var config = new NamespaceConfig
        {
            Name = node.Name(),
            Queues = [.. node.Items("Queues", n => $"queue '{n}'").Select(ReadQueue)],
            Topics = [.. node.Items("Topics", n => $"topic '{n}'").Select(ReadTopic)],
            AuthorizationRules = rules.Count > 0 ? rules : [EmulatorRule],
        };
        RequireUnique("namespace", config.Queues.Select(q => q.Name).Concat(config.Topics.Select(t => t.Name)));
        return config;
    }

    private static QueueConfig ReadQueue(ConfigNode node)
    {
        node.AllowOnly("Name", "Properties", "AuthorizationRules");
        return ReadQueueProperties(node, node.Name(), duplicatesAllowed: true) with { AuthorizationRules = ReadAuthorization(node) };
    }

    private static QueueConfig ReadQueueProperties(ConfigNode node, string name, bool duplicatesAllowed)
    {
        var p = node.Child("Properties", node.Where);
        string[] names = ["DeadLetteringOnMessageExpiration", "DefaultMessageTimeToLive", "ForwardDeadLetteredMessagesTo", "ForwardTo",
            "LockDuration", "MaxDeliveryCount", "RequiresSession", "Status"];
        p.AllowOnly(duplicatesAllowed ? [.. names, "DuplicateDetectionHistoryTimeWindow", "RequiresDuplicateDetection"] : names);
        p.RequireEmpty("ForwardTo");
        p.RequireEmpty("ForwardDeadLetteredMessagesTo");
        var defaults = new QueueConfig { Name = name };
        return defaults with
        {
            DeadLetteringOnMessageExpiration = p.Bool("DeadLetteringOnMessageExpiration", false),
            DefaultMessageTimeToLive = p.Duration("DefaultMessageTimeToLive", defaults.DefaultMessageTimeToLive, TimeSpan.FromSeconds(1), TimeSpan.MaxValue),
            LockDuration = p.Duration("LockDuration", defaults.LockDuration, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            MaxDeliveryCount = p.Int("MaxDeliveryCount", defaults.MaxDeliveryCount, 1, 2000),
            RequiresSession = p.Bool("RequiresSession", false),
            DuplicateDetectionWindow = duplicatesAllowed ? ReadWindow(p) : null,
            Status = p.Enum("Status", EntityStatus.Active),
        };
    }

    private static TopicConfig ReadTopic(ConfigNode node)
    {
        node.AllowOnly("Name", "Properties", "Subscriptions", "AuthorizationRules");
        var p = node.Child("Properties", node.Where);
        p.AllowOnly("DefaultMessageTimeToLive", "DuplicateDetectionHistoryTimeWindow", "RequiresDuplicateDetection", "Status");
        var topic = new TopicConfig
        {
            Name = node.Name(),
            DefaultMessageTimeToLive = p.Duration("DefaultMessageTimeToLive", TimeSpan.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.MaxValue),
            DuplicateDetectionWindow = ReadWindow(p),
            Status = p.Enum("Status", EntityStatus.Active),
            Subscriptions = [.. node.Items("Subscriptions", n => $"subscription '{n}' of {node.Where}").Select(ReadSubscription)],
            AuthorizationRules = ReadAuthorization(node),
        };
        RequireUnique(node.Where, topic.Subscriptions.Select(s => s.Queue.Name));
        return topic;
    }

    private static SubscriptionConfig ReadSubscription(ConfigNode node)
    {
        node.AllowOnly("Name", "Properties", "Rules");
        var rules = node.Items("Rules", n => $"rule '{n}' of {node.Where}").Select(RuleReader.Read).ToList();
        RequireUnique(node.Where, rules.Select(r => r.Name));
        return new SubscriptionConfig(
            ReadQueueProperties(node, node.Name(), duplicatesAllowed: false),
            rules.Count > 0 ? rules : [RuleReader.MatchAll]);
    }

    private static TimeSpan? ReadWindow(ConfigNode p)
    {
        var window = p.Duration("DuplicateDetectionHistoryTimeWindow", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20), TimeSpan.FromDays(7));
        return p.Bool("RequiresDuplicateDetection", false) ? window : null;
    }

    private static List<AuthorizationRule> ReadAuthorization(ConfigNode node)
    {
        var rules = node.Items("AuthorizationRules", n => $"authorization rule '{n}' of {node.Where}", "KeyName").Select(rule =>
        {
            rule.AllowOnly("KeyName", "PrimaryKey", "Rights");
            var rights = rule.Strings("Rights").Aggregate(AccessRights.None, (sum, name) =>
                sum | (System.Enum.TryParse<AccessRights>(name, ignoreCase: true, out var right) && right != AccessRights.None
                    ? right
                    : throw new BrokerConfigException($"{rule.Where}: '{name}' is not a right; use Send, Listen or Manage.")));
            return new AuthorizationRule(rule.Required("KeyName"), rule.Required("PrimaryKey"), rights);
        }).ToList();
        RequireUnique(node.Where, rules.Select(r => r.KeyName));
        return rules;
    }

    private static void RequireUnique(string where, IEnumerable<string> names)
    {
        var twice = names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new BrokerConfigException($"{where}: '{twice.Key}' is defined twice.");
    }

    internal static TimeSpan ParseDuration(string text) => XmlConvert.ToTimeSpan(text);
}
