using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.Local.Durable.History;

/// <summary>History as the store keeps it: JSON, so that it can be read with the sqlite3 shell.</summary>
internal static class HistoryJson
{
    // Payloads are JSON inside JSON strings; the relaxed encoder keeps them legible. Nothing here is ever put into HTML.
    private static readonly HistoryJsonContext Context = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    });

    public static string Write(TurnRecord turn) => JsonSerializer.Serialize(turn, Context.TurnRecord);

    public static string Write(InboundEvent inbound) => JsonSerializer.Serialize(inbound, Context.InboundEvent);

    public static string Write(StoredFailure failure) => JsonSerializer.Serialize(failure, Context.StoredFailure);

    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(tags, Context.IReadOnlyDictionaryStringString);

    public static TurnRecord ReadTurn(string json) => JsonSerializer.Deserialize(json, Context.TurnRecord) ?? throw Empty();

    public static InboundEvent ReadEvent(string json) => JsonSerializer.Deserialize(json, Context.InboundEvent) ?? throw Empty();

    public static StoredFailure ReadFailure(string json) => JsonSerializer.Deserialize(json, Context.StoredFailure) ?? throw Empty();

    public static IReadOnlyDictionary<string, string> ReadTags(string json) =>
        JsonSerializer.Deserialize(json, Context.IReadOnlyDictionaryStringString) ?? throw Empty();

    private static JsonException Empty() => new("The stored history is empty.");
}

[JsonSerializable(typeof(TurnRecord))]
[JsonSerializable(typeof(InboundEvent))]
[JsonSerializable(typeof(StoredFailure))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class HistoryJsonContext : JsonSerializerContext;
