using System.Text.Json;
using Marquee.Local.ServiceBus.Broker.Filters;

namespace Marquee.Local.ServiceBus.Broker.Config;

/// <summary>Reads a subscription's rule: a correlation filter, a SQL filter, or (absent) one that lets everything pass.</summary>
internal static class RuleReader
{
    public const string DefaultRuleName = "$Default";

    public static RuleConfig MatchAll { get; } = new(DefaultRuleName, BooleanFilter.True);

    public static RuleConfig Read(ConfigNode node)
    {
        node.AllowOnly("Name", "Properties");
        var p = node.Child("Properties", node.Where);
        p.AllowOnly("FilterType", "CorrelationFilter", "SqlFilter", "Action");
        if (p.Has("Action"))
            throw new BrokerConfigException($"{node.Where}: rule actions are not offered by this broker.");
        IMessageFilter filter = p.Text("FilterType")?.ToUpperInvariant() switch
        {
            "CORRELATION" => ReadCorrelation(p.Child("CorrelationFilter", node.Where)),
            "SQL" => ReadSql(p.Child("SqlFilter", node.Where)),
            "TRUE" => BooleanFilter.True,
            "FALSE" => BooleanFilter.False,
            var other => throw new BrokerConfigException($"{node.Where}: FilterType must be Correlation or Sql, not '{other}'."),
        };
        return new RuleConfig(node.Name(), filter);
    }

    private static SqlFilter ReadSql(ConfigNode node)
    {
        node.AllowOnly("SqlExpression", "Expression");
        var text = node.Text("SqlExpression") ?? node.Required("Expression");
        try
        {
            return new SqlFilter(text);
        }
        catch (SqlSyntaxException e)
        {
            throw new BrokerConfigException($"{node.Where}: {e.Message}", e);
        }
    }

    private static CorrelationFilter ReadCorrelation(ConfigNode node)
    {
        node.AllowOnly("ContentType", "CorrelationId", "Label", "Subject", "MessageId", "ReplyTo", "ReplyToSessionId", "SessionId", "To", "Properties");
        var properties = node.Child("Properties", node.Where).Properties().ToDictionary(p => p.Name, p => Value(node, p.Name, p.Value));
        var filter = new CorrelationFilter
        {
            ContentType = node.Text("ContentType"),
            CorrelationId = node.Text("CorrelationId"),
            Subject = node.Text("Subject") ?? node.Text("Label"),
            MessageId = node.Text("MessageId"),
            ReplyTo = node.Text("ReplyTo"),
            ReplyToSessionId = node.Text("ReplyToSessionId"),
            SessionId = node.Text("SessionId"),
            To = node.Text("To"),
            Properties = properties,
        };
        return filter.IsEmpty ? throw new BrokerConfigException($"{node.Where}: the correlation filter names no property.") : filter;
    }

    private static object Value(ConfigNode node, string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number => value.GetDouble(),
        _ => throw new BrokerConfigException($"{node.Where}: property {name} must be a string, a number, true or false."),
    };
}
