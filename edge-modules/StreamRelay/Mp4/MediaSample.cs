using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Mp4;

/// <summary>A frame or a packet of sound as it is put into a file.</summary>
/// <param name="TimeUs">When it is shown, in µs since the presentation began. No B-frames: decoding order is the order of showing.</param>
/// <param name="CaptureUs">When it was captured, in the relay's time.</param>
/// <param name="Data">H.264 with 4-byte lengths, everything else as it is.</param>
internal readonly record struct MediaSample(TrackKind Kind, long TimeUs, long CaptureUs, bool IsKey, byte[] Data);
