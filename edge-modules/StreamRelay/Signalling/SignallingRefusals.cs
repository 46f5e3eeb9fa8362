using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Http;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Signalling;

/// <summary>Why a WHIP or WHEP request is not carried out.</summary>
internal static class SignallingRefusals
{
    /// <summary>How long a client waits for what will be there soon: a publisher that comes, a place that gets free.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    public static Refusal NotLive { get; } =
        new(StatusCodes.Status409Conflict, "stream_not_live", "Nobody publishes the stream yet.") { RetryAfter = Soon };

    public static Refusal FormatChanged { get; } =
        new(StatusCodes.Status409Conflict, "format_changed", "The stream's codecs have just changed.") { RetryAfter = Soon };

    public static Refusal TooManyPeers { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "peers_exhausted", "The relay carries as many peers as it may.") { RetryAfter = Later };

    public static Refusal Busy { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "relay_busy", "The relay takes nothing on at the moment.") { RetryAfter = Soon };

    public static Refusal UnknownSession { get; } = new(StatusCodes.Status404NotFound, "unknown_session", "There is no such session.");

    public static Refusal PreconditionMissing { get; } =
        new(StatusCodes.Status428PreconditionRequired, "precondition_missing", "If-Match must name the ICE session, or be * to restart it.");

    public static Refusal PreconditionFailed { get; } =
        new(StatusCodes.Status412PreconditionFailed, "precondition_failed", "The ICE session is another by now.");

    public static Refusal FragmentMalformed { get; } =
        new(StatusCodes.Status400BadRequest, "fragment_malformed", "The body is not a fragment of trickle ICE.");

    public static Refusal FragmentUnfit { get; } =
        new(StatusCodes.Status422UnprocessableEntity, "fragment_unfit", "The fragment's ICE credentials are not those of this ICE session.");

    public static Refusal OfferMalformed { get; } =
        new(StatusCodes.Status400BadRequest, "offer_malformed", "The body is not a session description.");

    public static Refusal Of(SdpRefusal refusal) => new(
        refusal.IsUnsupportedMedia ? StatusCodes.Status406NotAcceptable : StatusCodes.Status400BadRequest,
        refusal.Code,
        "The offer cannot be answered.")
    {
        Detail = refusal.Detail,
    };

    public static Refusal Of(StreamRefusal refusal) => refusal switch
    {
        StreamRefusal.AlreadyPublished =>
            new(StatusCodes.Status409Conflict, "already_published", "Somebody else publishes the stream, and the token does not take over."),
        StreamRefusal.TakeOverUnderWay =>
            new(StatusCodes.Status409Conflict, "take_over_under_way", "Another publisher is taking over.") { RetryAfter = Soon },
        StreamRefusal.FormatDiffers =>
            new(StatusCodes.Status409Conflict, "format_differs", "The viewers of the stream were promised other codecs."),
        StreamRefusal.TooManyStreams =>
            new(StatusCodes.Status503ServiceUnavailable, "streams_exhausted", "The relay carries as many streams as it may.")
            {
                RetryAfter = Later,
            },
        StreamRefusal.TooManyViewers =>
            new(StatusCodes.Status503ServiceUnavailable, "viewers_exhausted", "The relay has as many viewers as it may.")
            {
                RetryAfter = Later,
            },
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Unknown refusal."),
    };
}
