using System.Text.Json;
using System.Text.Json.Serialization;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>What neighbours tell one another, reliably and in order, besides media.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Announce), "announce")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(Subscribe), "subscribe")]
[JsonDerivedType(typeof(Unsubscribe), "unsubscribe")]
[JsonDerivedType(typeof(WantKeyFrame), "key-frame")]
[JsonDerivedType(typeof(TrackMoment), "moment")]
[JsonDerivedType(typeof(HaveCues), "have-cues")]
[JsonDerivedType(typeof(Cues), "cues")]
internal abstract record ControlMessage(string StreamId)
{
    public const int MaxStreamIdLength = 200;

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ControlJson.Default.ControlMessage);

    /// <summary>A message of a neighbour; null for what is none.</summary>
    public static ControlMessage? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var message = JsonSerializer.Deserialize(bytes, ControlJson.Default.ControlMessage);
            return message is { StreamId.Length: > 0 and <= MaxStreamIdLength } && message.IsSound ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (NotSupportedException)
        {
            return null; // without a type
        }
    }

    [JsonIgnore]
    private protected virtual bool IsSound => true;
}

/// <summary>
/// A stream can be had here. It replaces what was announced of the stream before; another <paramref name="Alias"/> means another publisher,
/// or another layer of it, whose packets have another numbering.
/// </summary>
/// <param name="Alias">The number that media frames of it carry.</param>
/// <param name="Path">The PoPs that it passed, the nearest first and the origin last.</param>
internal sealed record Announce(string StreamId, ushort Alias, IReadOnlyList<string> Path, AnnouncedTrack? Video, AnnouncedTrack? Audio)
    : ControlMessage(StreamId)
{
    public const int MaxPath = 16;

    [JsonIgnore]
    public string Origin => Path[^1];

    private protected override bool IsSound =>
        Path is { Count: > 0 and <= MaxPath } && Path.All(p => p is { Length: > 0 and <= Wire.HelloFrame.MaxPopIdBytes })
        && (Video is not null || Audio is not null);

    /// <summary>The plan of the publisher that plays the origin's part here; null when a codec is not known.</summary>
    public MediaPlan? Plan()
    {
        var tracks = new List<TrackPlan>();
        foreach (var (track, isVideo) in new[] { (Audio, false), (Video, true) })
        {
            if (track is null) continue;
            if (track.Plan(isVideo) is not { } plan) return null;
            tracks.Add(plan);
        }
        return new MediaPlan { Tracks = tracks };
    }
}

/// <summary>The stream cannot be had here any more.</summary>
internal sealed record Withdraw(string StreamId) : ControlMessage(StreamId);

/// <summary>Send the stream.</summary>
internal sealed record Subscribe(string StreamId) : ControlMessage(StreamId);

/// <summary>Stop sending it.</summary>
internal sealed record Unsubscribe(string StreamId) : ControlMessage(StreamId);

/// <summary>Somebody down here cannot go on without a key frame.</summary>
internal sealed record WantKeyFrame(string StreamId) : ControlMessage(StreamId);

/// <summary>When a frame was captured: what a sender report says, in the clock of the neighbour that sends this.</summary>
/// <param name="Us">Microseconds.</param>
/// <param name="UncertaintyUs">How far it may be off by the clocks of the trunks that it came over.</param>
internal sealed record TrackMoment(string StreamId, ushort Alias, bool IsVideo, uint RtpTimestamp, long Us, long UncertaintyUs) : ControlMessage(StreamId);

/// <summary>The stream's metadata has come here up to this sequence.</summary>
internal sealed record HaveCues(string StreamId, long Last) : ControlMessage(StreamId);

/// <summary>The next of the stream's metadata.</summary>
/// <param name="Slice">As <see cref="Metadata.MetadataSlice"/> encodes itself.</param>
internal sealed record Cues(string StreamId, byte[] Slice) : ControlMessage(StreamId)
{
    private protected override bool IsSound => Slice is not null;
}

/// <summary>A track as it is announced: the codec, and the ids of the header extensions that are passed on.</summary>
internal sealed record AnnouncedTrack(
    string RtpMap, string? Parameters, byte AudioLevel, byte VideoOrientation, byte DependencyDescriptor, byte PlayoutDelay)
{
    public const byte VideoPayloadType = 96;
    public const byte AudioPayloadType = 111;
    public const uint VideoSsrc = 1;
    public const uint AudioSsrc = 2;

    public static AnnouncedTrack? Of(TrackPlan? track) => track is null ? null : new AnnouncedTrack(
        track.Format.RtpMap, track.Format.Parameters, track.Extensions.AudioLevel, track.Extensions.VideoOrientation,
        track.Extensions.DependencyDescriptor, track.Extensions.PlayoutDelay);

    public TrackPlan? Plan(bool isVideo)
    {
        if (RtpMap is null || CodecFormat.From(RtpMap, Parameters) is not { } format || format.Kind == TrackKind.Video != isVideo) return null;
        return new TrackPlan
        {
            Mid = isVideo ? "video" : "audio",
            Format = format,
            PayloadType = isVideo ? VideoPayloadType : AudioPayloadType,
            Ssrcs = [new SsrcPlan(isVideo ? VideoSsrc : AudioSsrc, 0)],
            Extensions = new RtpExtensionMap
            {
                AudioLevel = AudioLevel,
                VideoOrientation = VideoOrientation,
                DependencyDescriptor = DependencyDescriptor,
                PlayoutDelay = PlayoutDelay,
            },
        };
    }
}

[JsonSerializable(typeof(ControlMessage))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ControlJson : JsonSerializerContext;
