using System.Globalization;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Sdp;

/// <summary>Writes the answer to an offer: the same sections in the same order (RFC 3264), those that are not used with port 0.</summary>
internal sealed class AnswerPrinter
{
    public const int SctpPort = 5000;
    public const int MaxMessageSize = 65536;

    private readonly SessionDescription _offer;
    private readonly Dictionary<MediaDescription, TrackPlan> _tracks;
    private readonly MediaDescription? _dataChannel;
    private readonly MediaPlan _plan;
    private readonly bool _isPublisher;
    private readonly List<MediaDescription> _accepted;

    public AnswerPrinter(
        SessionDescription offer,
        Dictionary<MediaDescription, TrackPlan> tracks,
        MediaDescription? dataChannel,
        MediaPlan plan,
        bool isPublisher)
    {
        (_offer, _tracks, _dataChannel, _plan, _isPublisher) = (offer, tracks, dataChannel, plan, isPublisher);
        _accepted = [.. offer.Media.Where(m => tracks.ContainsKey(m) || ReferenceEquals(m, dataChannel))];
    }

    public SessionDescription Print(LocalTransport local)
    {
        var session = new List<SdpAttribute>();
        if (_accepted.All(m => m.Mid is not null)) session.Add(new("group", "BUNDLE " + string.Join(' ', _accepted.Select(m => m.Mid))));
        if (_offer.Has("extmap-allow-mixed")) session.Add(new("extmap-allow-mixed"));
        session.Add(new("msid-semantic", "WMS *"));
        session.Add(new("ice-lite"));
        return new SessionDescription
        {
            Origin = string.Create(CultureInfo.InvariantCulture, $"- {local.SessionId} 1 IN IP4 127.0.0.1"),
            Attributes = session,
            Media = [.. _offer.Media.Select(m => Section(m, local))],
        };
    }

    private MediaDescription Section(MediaDescription offered, LocalTransport local)
    {
        var lines = new List<SdpAttribute>();
        if (offered.Mid is not null) lines.Add(new("mid", offered.Mid));
        var track = _tracks.GetValueOrDefault(offered);
        if (track is null && !ReferenceEquals(offered, _dataChannel))
        {
            lines.Add(new("inactive"));
            return offered with { Port = 0, Connection = "IN IP4 0.0.0.0", Attributes = lines };
        }
        Transport(lines, offered, local);
        if (track is null)
        {
            lines.Add(new("sctp-port", SctpPort.ToString(CultureInfo.InvariantCulture)));
            lines.Add(new("max-message-size", MaxMessageSize.ToString(CultureInfo.InvariantCulture)));
            return offered with { Port = 9, Connection = "IN IP4 0.0.0.0", Attributes = lines };
        }
        Media(lines, offered, track, _isPublisher);
        if (_isPublisher) Simulcast(lines, track);
        else Sources(lines, track, local);
        string[] formats = track.RtxPayloadType is { } rtx ? [Text(track.PayloadType), Text(rtx)] : [Text(track.PayloadType)];
        return offered with { Port = 9, Connection = "IN IP4 0.0.0.0", Formats = formats, Attributes = lines };
    }

    private void Transport(List<SdpAttribute> lines, MediaDescription offered, LocalTransport local)
    {
        lines.Add(new("ice-ufrag", local.IceUfrag));
        lines.Add(new("ice-pwd", local.IcePassword));
        // We send all candidates at once, and take those of the other side as they come.
        var options = _offer.Find(offered, "ice-options") ?? "";
        if (options.Contains("trickle", StringComparison.Ordinal)) lines.Add(new("ice-options", "trickle"));
        lines.Add(new("fingerprint", $"sha-256 {local.FingerprintSha256}"));
        lines.Add(new("setup", _plan.Remote!.LocalSetup == DtlsSetup.Active ? "active" : "passive"));
        if (!ReferenceEquals(offered, _accepted[0])) return;
        foreach (var candidate in local.Candidates)
        {
            var colon = candidate.IndexOf(':', StringComparison.Ordinal);
            lines.Add(new("candidate", candidate[(colon + 1)..]));
        }
        lines.Add(new("end-of-candidates"));
    }

    private static void Media(List<SdpAttribute> lines, MediaDescription offered, TrackPlan track, bool isPublisher)
    {
        var payloadType = Text(track.PayloadType);
        lines.Add(new("rtcp-mux"));
        if (offered.Has("rtcp-rsize")) lines.Add(new("rtcp-rsize"));
        lines.Add(new(isPublisher ? "recvonly" : "sendonly"));
        foreach (var extension in Enum.GetValues<RtpExtension>())
        {
            if (track.Extensions[extension] != 0)
                lines.Add(new("extmap", $"{Text(track.Extensions[extension])} {RtpExtensionUri.Of(extension)}"));
        }
        lines.Add(new("rtpmap", $"{payloadType} {track.Format.RtpMap}"));
        if (track.Feedback.MaxBitrate) lines.Add(new("rtcp-fb", $"{payloadType} goog-remb"));
        if (track.Feedback.TransportWide) lines.Add(new("rtcp-fb", $"{payloadType} transport-cc"));
        if (track.Feedback.FullIntra) lines.Add(new("rtcp-fb", $"{payloadType} ccm fir"));
        if (track.Feedback.Nack) lines.Add(new("rtcp-fb", $"{payloadType} nack"));
        if (track.Feedback.PictureLoss) lines.Add(new("rtcp-fb", $"{payloadType} nack pli"));
        if (track.Format.Parameters is not null) lines.Add(new("fmtp", $"{payloadType} {track.Format.Parameters}"));
        if (track.RtxPayloadType is not { } rtx) return;
        lines.Add(new("rtpmap", $"{Text(rtx)} rtx/{track.Format.ClockRate.ToString(CultureInfo.InvariantCulture)}"));
        lines.Add(new("fmtp", $"{Text(rtx)} apt={payloadType}"));
    }

    private static void Simulcast(List<SdpAttribute> lines, TrackPlan track)
    {
        if (track.Rids.Count == 0) return;
        foreach (var rid in track.Rids) lines.Add(new("rid", $"{rid} recv"));
        lines.Add(new("simulcast", $"recv {string.Join(';', track.Rids)}"));
    }

    private static void Sources(List<SdpAttribute> lines, TrackPlan track, LocalTransport local)
    {
        var stream = track.Format.Kind == TrackKind.Audio ? "audio" : "video";
        lines.Add(new("msid", $"marquee {stream}"));
        foreach (var source in track.Ssrcs)
        {
            if (source.RtxSsrc != 0) lines.Add(new("ssrc-group", $"FID {Text(source.Ssrc)} {Text(source.RtxSsrc)}"));
            lines.Add(new("ssrc", $"{Text(source.Ssrc)} cname:{local.Cname}"));
            lines.Add(new("ssrc", $"{Text(source.Ssrc)} msid:marquee {stream}"));
            if (source.RtxSsrc == 0) continue;
            lines.Add(new("ssrc", $"{Text(source.RtxSsrc)} cname:{local.Cname}"));
            lines.Add(new("ssrc", $"{Text(source.RtxSsrc)} msid:marquee {stream}"));
        }
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
