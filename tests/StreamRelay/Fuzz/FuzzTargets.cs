namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>All targets by name.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyDictionary<string, Func<FuzzTarget>> All { get; } = new Dictionary<string, Func<FuzzTarget>>(StringComparer.Ordinal)
    {
        ["stun"] = TransportTargets.Stun,
        ["dtls-record"] = TransportTargets.DtlsRecords,
        ["hub"] = TransportTargets.Hub,
        ["rtp"] = MediaTargets.Rtp,
        ["rtp-extensions"] = MediaTargets.Extensions,
        ["rtcp"] = MediaTargets.Rtcp,
        ["publisher"] = MediaTargets.Publisher,
        ["viewer"] = MediaTargets.Viewer,
        ["sdp"] = SdpTargets.Offer,
        ["ice-fragment"] = SdpTargets.Fragment,
        ["trunk"] = TrunkTargets.Frames,
        ["trunk-control"] = TrunkTargets.Control,
        ["sctp-packet"] = SctpTargets.Packet,
        ["sctp-association"] = SctpTargets.Association,
    };
}
