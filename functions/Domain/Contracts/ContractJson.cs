using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.Domain.Contracts;

/// <summary>
/// How the messages between edge and cloud are written: web defaults, enums by name, unknown members ignored so that either side can be
/// newer.
/// </summary>
public static class ContractJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { AllowOutOfOrderMetadataProperties = true };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
