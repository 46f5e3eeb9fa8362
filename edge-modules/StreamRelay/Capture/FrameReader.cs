using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Capture;

/// <summary>Puts the payloads of a video frame together. Payloads come in order and without a gap; <see cref="Begin"/> starts anew.</summary>
internal abstract class FrameReader
{
    /// <summary>No frame is longer; one that would be is damaged.</summary>
    public const int MaxFrameBytes = 4 << 20;

    private byte[] _buffer = new byte[64 * 1024];

    protected int Length { get; private set; }

    /// <summary>True when something of the frame is wrong or missing.</summary>
    public bool IsDamaged { get; protected set; }

    public bool IsKey { get; protected set; }

    public ReadOnlySpan<byte> Frame => _buffer.AsSpan(0, Length);

    protected Span<byte> Content => _buffer.AsSpan(0, Length);

    /// <summary>What the last key frame said of the track; null before one did.</summary>
    public abstract VideoFormat? Format { get; }

    public virtual void Begin() => (Length, IsDamaged, IsKey) = (0, false, false);

    public abstract void Append(ReadOnlySpan<byte> payload);

    /// <summary>Called when the frame is whole; false for one that cannot be used.</summary>
    public virtual bool TryComplete() => !IsDamaged && Length > 0;

    /// <summary>The reader for a codec; null for one that is not put into files: a player would need more than this relay knows of it.</summary>
    public static FrameReader? For(CodecFormat format) => format.Codec switch
    {
        Rtp.MediaCodec.H264 => new H264FrameReader(format.Parameter("sprop-parameter-sets")),
        Rtp.MediaCodec.Vp8 => new VpxFrameReader(isVp9: false),
        Rtp.MediaCodec.Vp9 => new VpxFrameReader(isVp9: true),
        _ => null,
    };

    protected void Write(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > MaxFrameBytes)
        {
            IsDamaged = true;
            return;
        }
        if (Length + bytes.Length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }
}
