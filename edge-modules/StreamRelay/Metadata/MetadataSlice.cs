using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Marquee.StreamRelay.Metadata;

/// <summary>
/// A run of a stream's timeline as it travels between PoPs: all that the sender still has after <paramref name="After"/>, up to its last
/// item. A receiver that has <paramref name="After"/> therefore misses nothing between.
/// </summary>
internal sealed record MetadataSlice(string StreamId, long After, IReadOnlyList<MetadataItem> Items)
{
    /// <summary>What <see cref="Encode"/> gives at the most: one trunk frame.</summary>
    public const int MaxBytes = 1100;

    private const int Brackets = 64;

    /// <summary>Where the next slice continues.</summary>
    public long Last => Items.Count == 0 ? After : Items[^1].Sequence;

    /// <summary>The first items after a sequence, as many as one slice takes; null when there are none.</summary>
    public static MetadataSlice? Of(string streamId, long after, IEnumerable<MetadataItem> items)
    {
        var taken = new List<MetadataItem>();
        var bytes = streamId.Length + Brackets;
        foreach (var item in items)
        {
            bytes += item.ToJson().Length + 1;
            if (bytes > MaxBytes && taken.Count > 0) break;
            taken.Add(item);
        }
        return taken.Count == 0 ? null : new MetadataSlice(streamId, after, taken);
    }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, MetadataJson.Options);

    /// <summary>Reads what a neighbour sent. Never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MetadataSlice? slice)
    {
        slice = null;
        if (bytes.Length > MaxBytes) return false;
        try
        {
            slice = JsonSerializer.Deserialize<MetadataSlice>(bytes, MetadataJson.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException or InvalidOperationException)
        {
            return false;
        }
        if (slice is not { StreamId.Length: > 0, After: >= 0, Items.Count: > 0 }) return false;
        var last = slice.After;
        foreach (var item in slice.Items)
        {
            if (item is not { Id.Length: > 0 and <= MetadataItem.MaxIdCharacters, Cue: not null } || item.Sequence <= last) return false;
            if (item.Cue.Fault() is not null) return false;
            last = item.Sequence;
        }
        return true;
    }
}
