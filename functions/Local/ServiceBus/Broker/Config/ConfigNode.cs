using System.Text.Json;

namespace Marquee.Local.ServiceBus.Broker.Config;

/// <summary>A JSON object together with the words that say where it stands, for errors that name the entity.</summary>
internal readonly struct ConfigNode
{
    private readonly JsonElement _element;

    public ConfigNode(JsonElement element, string where)
    {
        if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            throw new BrokerConfigException($"{where} must be an object, not {element.ValueKind}.");
        _element = element;
        Where = where;
    }

    public string Where { get; }

    public bool Has(string name) => Find(name) is { ValueKind: not JsonValueKind.Null };

    /// <summary>The object under <paramref name="name"/>; an empty one where it is absent.</summary>
    public ConfigNode Child(string name, string where) => new(Find(name) ?? default, where);

    public IEnumerable<ConfigNode> Items(string name, Func<string, string> where, string nameProperty = "Name")
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } array)
            return [];
        if (array.ValueKind != JsonValueKind.Array)
            throw new BrokerConfigException($"{Where}: {name} must be an array.");
        var self = this;
        return [.. array.EnumerateArray().Select((item, index) =>
        {
            var anonymous = new ConfigNode(item, $"{self.Where}: {name}[{index}]");
            return new ConfigNode(item, where(anonymous.Required(nameProperty)));
        })];
    }

    /// <summary>An entity name: 1 to 260 letters, digits, '.', '-', '_' and '/', as the service accepts.</summary>
    public string Name()
    {
        var name = Required("Name");
        return name.Length <= 260 && char.IsLetterOrDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || ".-_/$".Contains(c, StringComparison.Ordinal))
            ? name
            : throw new BrokerConfigException($"{Where}: the name is not valid.");
    }

    public string Required(string name) => Text(name) is { Length: > 0 } text ? text : throw new BrokerConfigException($"{Where}: {name} is missing.");

    public string? Text(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new BrokerConfigException($"{Where}: {name} must be a string."),
    };

    public bool Bool(string name, bool fallback) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw new BrokerConfigException($"{Where}: {name} must be true or false."),
    };

    public int Int(string name, int fallback, int least, int most)
    {
        if (!Has(name))
            return fallback;
        var element = Find(name)!.Value;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= least && value <= most
            ? value
            : throw new BrokerConfigException($"{Where}: {name} must be a whole number from {least} to {most}.");
    }

    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        if (Text(name) is not { } text)
            return fallback;
        try
        {
            var value = ConfigReader.ParseDuration(text);
            return value >= least && value <= most
                ? value
                : throw new BrokerConfigException($"{Where}: {name} must be from {least} to {most}, not {text}.");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new BrokerConfigException($"{Where}: {name} must be an ISO 8601 duration such as PT1M, not '{text}'.", e);
        }
    }

    public T Enum<T>(string name, T fallback) where T : struct, Enum => Text(name) switch
    {
        null => fallback,
        { } text when System.Enum.TryParse<T>(text, ignoreCase: true, out var value) => value,
        { } text => throw new BrokerConfigException($"{Where}: {name} '{text}' is not one of {string.Join(", ", System.Enum.GetNames<T>())}."),
    };

    public IEnumerable<string> Strings(string name)
    {
        var where = Where;
        return Find(name) is { ValueKind: JsonValueKind.Array } array
            ? [.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                ? item.GetString()!
                : throw new BrokerConfigException($"{where}: {name} must hold strings."))]
            : throw new BrokerConfigException($"{where}: {name} must be an array of strings.");
    }

    public IEnumerable<(string Name, JsonElement Value)> Properties() =>
        _element.ValueKind == JsonValueKind.Object ? [.. _element.EnumerateObject().Select(p => (p.Name, p.Value))] : [];

    /// <summary>Refuses any property but these: a typing error must not silently mean a default.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in Properties())
        {
            var known = false;
            foreach (var allowed in names)
                known |= string.Equals(name, allowed, StringComparison.OrdinalIgnoreCase);
            if (!known)
                throw new BrokerConfigException($"{Where}: {name} is not a known property.");
        }
    }

    /// <summary>Refuses a setting that the official format has and this broker does not offer.</summary>
    public void RequireEmpty(string name)
    {
        if (!string.IsNullOrEmpty(Text(name)))
            throw new BrokerConfigException($"{Where}: {name} is not offered by this broker; leave it empty.");
    }

    private JsonElement? Find(string name)
    {
        foreach (var (key, value) in Properties())
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }
}
