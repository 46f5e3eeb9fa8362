using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Capture;

/// <summary>Takes what a <see cref="MediaAssembler"/> makes of a stream. On its thread.</summary>
internal interface IMediaOutput
{
    /// <summary>The tracks are these from here on; samples follow that begin with a key frame. The time of samples goes on.</summary>
    /// <param name="captureUs">When the first sample was captured, in the relay's time.</param>
    void OnFormat(MediaFormat format, long captureUs);

    void OnSample(in MediaSample sample);

    /// <summary>Something is missing between two moments of the presentation.</summary>
    void OnGap(TrackKind kind, long fromUs, long toUs);
}
