using System.Text.Json;

namespace Marquee.StreamRelay.Metadata;

/// <summary>One entry of a stream's timeline.</summary>
/// <param name="Sequence">
/// Grows along the timeline, with gaps; given by the origin, the same at every PoP. At least the origin's wall clock in milliseconds, so
/// that it also grows when the origin has lost its disk or another PoP becomes it. Exact in a JavaScript number.
/// </param>
/// <param name="Id">The publisher's own, unique in the stream: sent twice, it is there once.</param>
/// <param name="MediaTimeMilliseconds">
/// When it is true, on the clock of the pictures: Unix milliseconds at which the frame that it goes with was captured, as the origin
/// relay's sender reports count time.
/// </param>
/// <param name="Cue">What it says.</param>
internal sealed record MetadataItem(long Sequence, string Id, long MediaTimeMilliseconds, MetadataCue Cue)
{
    /// <summary>In JSON: fits one SCTP chunk and one trunk frame.</summary>
    public const int MaxBytes = 896;

    public const int MaxIdCharacters = 64;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MetadataJson.Options);
}

/// <summary>What a viewer who joins must know: the newest of each slot, as of <paramref name="Sequence"/> (0 before the first item).</summary>
internal sealed record MetadataState(long Sequence, MetadataItem? Title, MetadataItem? Chapter, MetadataItem? Product)
{
    public static MetadataState Empty { get; } = new(0, null, null, null);

    public MetadataState With(MetadataItem item)
    {
        var next = this with { Sequence = item.Sequence };
        return item.Cue.Slot switch
        {
            MetadataSlot.Title => next with { Title = item },
            MetadataSlot.Chapter => next with { Chapter = item },
            MetadataSlot.Product => next with { Product = item.Cue is ProductCue ? item : null },
            _ => next,
        };
    }
}
