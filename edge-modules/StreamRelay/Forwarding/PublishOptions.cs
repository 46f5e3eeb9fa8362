namespace Marquee.StreamRelay.Forwarding;

/// <summary>How a publisher joins a stream.</summary>
internal sealed record PublishOptions
{
    /// <summary>Whether it may replace a publisher that is there: its token says so. Viewers change over at its first key frame.</summary>
    public bool MayTakeOver { get; init; }

    /// <summary>The rate that the publisher is told to stay under, by REMB.</summary>
    public long MaxBitsPerSecond { get; init; } = 20_000_000;
}

/// <summary>Why a stream does not take a publisher or a viewer.</summary>
internal enum StreamRefusal
{
    /// <summary>Another publisher is there, and this one may not take over.</summary>
    AlreadyPublished,

    /// <summary>A take-over is under way already.</summary>
    TakeOverUnderWay,

    /// <summary>The codecs are others than those that the stream's viewers were promised.</summary>
    FormatDiffers,

    /// <summary>The relay carries as many streams as it may.</summary>
    TooManyStreams,

    /// <summary>The relay has as many viewers as it may.</summary>
    TooManyViewers,
}

/// <summary>A publisher, or why there is none.</summary>
internal readonly record struct PublishResult(Publisher? Publisher, StreamRefusal? Refusal);

/// <summary>A viewer, or why there is none.</summary>
internal readonly record struct ViewResult(Viewer? Viewer, StreamRefusal? Refusal);
