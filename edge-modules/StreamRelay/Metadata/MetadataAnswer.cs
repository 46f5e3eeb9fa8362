namespace Marquee.StreamRelay.Metadata;

/// <summary>What became of an item that somebody published.</summary>
internal abstract record MetadataAnswer
{
    private MetadataAnswer()
    {
    }

    /// <param name="Item">As it stands in the timeline.</param>
    /// <param name="IsNew">False when it was there before: a repeated request.</param>
    public sealed record Accepted(MetadataItem Item, bool IsNew) : MetadataAnswer;

    public sealed record Refused(MetadataRefusal Reason, string Detail) : MetadataAnswer;
}

internal enum MetadataRefusal
{
    InvalidItem,

    /// <summary>In JSON it is longer than <see cref="MetadataItem.MaxBytes"/>.</summary>
    ItemTooLong,

    /// <summary>Too far from now.</summary>
    MediaTimeOutOfRange,

    UnknownStream,

    /// <summary>The id was used for another cue.</summary>
    IdReused,

    /// <summary>The stream comes from another PoP: publish there.</summary>
    PublishedElsewhere,

    /// <summary><see cref="MetadataBook.MaxStreams"/> are there.</summary>
    TooManyStreams,
}
