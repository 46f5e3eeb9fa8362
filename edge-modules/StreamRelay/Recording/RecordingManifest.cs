using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.StreamRelay.Recording;

/// <summary>What stands beside a finished recording as <c>{name}.json</c>: what the drop after the event has to know of it.</summary>
internal sealed record RecordingManifest
{
    public const string Extension = ".json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required string Stream { get; init; }

    /// <summary>The file's name: its start in UTC, <c>20260501T200000000Z.mp4</c>.</summary>
    public required string File { get; init; }

    /// <summary>When its first frame was captured.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required double DurationSeconds { get; init; }
    public required long Bytes { get; init; }

    /// <summary>Of the whole file, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>As in a playlist's CODECS; empty for a recording that was recovered.</summary>
    public string Codecs { get; init; } = "";

    public int? Width { get; init; }
    public int? Height { get; init; }

    /// <summary>What is missing; the first <see cref="RecordingFile.MaxGaps"/> of them.</summary>
    public IReadOnlyList<RecordingGap> Gaps { get; init; } = [];

    /// <summary>All gaps, those beyond the list too.</summary>
    public long GapCount { get; init; }

    /// <summary>The relay ended without closing it: it was cut after its last whole fragment, and its gaps are not known.</summary>
    public bool WasRecovered { get; init; }

    /// <summary>False while it is being recorded: then length and hash are not final and not there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool IsComplete { get; init; } = true;

    /// <summary>Null when the bytes are no manifest.</summary>
    public static RecordingManifest? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<RecordingManifest>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}

/// <summary>A time in which a track is missing or incomplete, in seconds from the recording's start.</summary>
internal readonly record struct RecordingGap(string Track, double FromSeconds, double ToSeconds);
