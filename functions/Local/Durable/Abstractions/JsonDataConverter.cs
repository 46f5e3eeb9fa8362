using System.Text.Json;

namespace Marquee.Local.Durable.Converters;

/// <summary>JSON by System.Text.Json; by default with fields included, as the official converter does.</summary>
public class JsonDataConverter : DataConverter
{
    private static readonly JsonSerializerOptions DefaultOptions = new()
    {
        IncludeFields = true,
    };

    private readonly JsonSerializerOptions _options;

    public JsonDataConverter(JsonSerializerOptions? options = null)
    {
        _options = options ?? DefaultOptions;
    }

    /// <summary>The converter used where none is configured.</summary>
    public static JsonDataConverter Default { get; } = new();

    public override string? Serialize(object? value) =>
        value is null ? null : JsonSerializer.Serialize(value, value.GetType(), _options);

    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);
}
