using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// A publisher that is no WebRTC peer (trunk, encoder): it feeds <see cref="Publisher.OnRtp"/> itself and is asked for key frames here.
/// </summary>
internal interface IMediaSource
{
    /// <summary>Asks for a key frame on video; at most twice a second per layer.</summary>
    void RequestKeyFrame(int layer);
}

/// <summary>
/// Hears a stream's packets as the publisher sent them, in plaintext and the publisher's numbering (recording, HLS, trunk).
/// </summary>
/// <remarks>
/// Of a simulcast publisher a tap hears one layer, the best that is live, and moves between layers at key frames. A take-over and a change
/// of layer show as another SSRC. Packets come in the order of arrival, each once.
/// </remarks>
internal interface IMediaTap
{
    void OnRtp(in RtpPacket packet, TrackKind kind, long now);
}
