using System.Globalization;
using System.Text.Json;

namespace Marquee.Local.Functions.Configuration;

/// <summary>An object of host.json, read key by key; <see cref="Close"/> refuses the keys that nobody read.</summary>
internal sealed class JsonSection
{
    private readonly Dictionary<string, JsonElement> _unread = [];
    private readonly string _path;

    public JsonSection(string path, JsonElement? element)
    {
        _path = path;
        if (element is not { } value)
            return;
        if (value.ValueKind != JsonValueKind.Object)
            throw new FunctionWorkerException($"host.json: {(path.Length == 0 ? "the file" : path)} must be an object.");
        Exists = true;
        foreach (var property in value.EnumerateObject())
            _unread[property.Name] = property.Value;
    }

    public bool Exists { get; }

    public JsonSection Section(string key) => new(Path(key), Take(key));

    public void Ignore(params string[] keys)
    {
        foreach (var key in keys)
            _unread.Remove(key);
    }

    public string Text(string key, string absent) => Take(key) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.String } value => value.GetString()!,
        _ => throw Invalid(key, "must be a string"),
    };

    public bool Flag(string key, bool absent) => Take(key) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Invalid(key, "must be true or false"),
    };

    public int Number(string key, int absent, int least, int most)
    {
        if (Take(key) is not { } value)
            return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        throw Invalid(key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
    }

    /// <summary>A bound where -1 or absence means none.</summary>
    public int? Bound(string key)
    {
        var number = Number(key, -1, -1, 1_000_000);
        return number switch
        {
            -1 => null,
            0 => throw Invalid(key, "must be -1 or above 0"),
            _ => number,
        };
    }

    /// <summary>A positive time span as <c>hh:mm:ss</c>; null when absent or -1.</summary>
    public TimeSpan? Duration(string key)
    {
        var text = Text(key, "-1");
        if (text == "-1")
            return null;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value > TimeSpan.Zero)
            return value;
        throw Invalid(key, $"must be a time span such as 00:05:00, and is \"{text}\"");
    }

    /// <summary>All values, each a string; closes the section.</summary>
    public Dictionary<string, string> TextValues()
    {
        var values = _unread.Keys.ToDictionary(key => key, key => Text(key, ""), StringComparer.OrdinalIgnoreCase);
        Close();
        return values;
    }

    public void Close()
    {
        if (_unread.Count > 0)
            throw new FunctionWorkerException($"host.json: unknown key {string.Join(", ", _unread.Keys.Select(Path))}.");
    }

    public FunctionWorkerException Invalid(string key, string why) => new($"host.json: {Path(key)} {why}.");

    private string Path(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private JsonElement? Take(string key) => _unread.Remove(key, out var value) ? value : null;
}
