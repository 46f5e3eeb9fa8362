using System.Buffers.Binary;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;

namespace Marquee.StreamRelay.Encoders;

/// <summary>
/// Makes ffmpeg's sender reports true. ffmpeg maps time 0 of both tracks to one moment, the start of its run, although the camera may have
/// connected minutes later. Both tracks are off by the same lag, which the first packets tell; the reports are corrected by it.
/// </summary>
internal sealed class EncoderClock
{
    /// <summary>How fast the lag may grow, for a camera whose clock runs slower than ours: 100 ppm of the five seconds between reports.</summary>
    private const long CreepUs = 500;

    private readonly Track _video = new(90_000);
    private readonly Track _audio = new(48_000);
    private long? _lagUs;

    /// <summary>How late media is against the clock of the reports, in µs; null before the first packet.</summary>
    public long? LagUs => _lagUs;

    /// <param name="kind">The packet's track.</param>
    /// <param name="timestamp">Its RTP timestamp.</param>
    /// <param name="nowNtpUs">When it came, in µs since 1900.</param>
    public void OnPacket(TrackKind kind, uint timestamp, long nowNtpUs)
    {
        var track = Of(kind);
        if (!track.IsSet) return;
        var lag = nowNtpUs - track.ToNtpUs(timestamp);
        // The packet that was on its way for the shortest time tells it best.
        if (_lagUs is not { } known || lag < known) _lagUs = lag;
    }

    /// <summary>Takes a compound with ffmpeg's report; once the lag is known it is corrected in place. False: it must not be passed on.</summary>
    public bool TryCorrect(TrackKind kind, Span<byte> compound)
    {
        const int Header = 4;
        const int TimestampOffset = Header + 12;
        if (compound.Length < Header + SenderReport.Length || compound[1] != (byte)RtcpType.SenderReport) return false;
        var track = Of(kind);
        var ntp = new NtpTime(BinaryPrimitives.ReadUInt64BigEndian(compound[(Header + 4)..])).ToMicroseconds();
        var timestamp = BinaryPrimitives.ReadUInt32BigEndian(compound[TimestampOffset..]);
        track.Set(timestamp, ntp);
        if (_lagUs is not { } lag) return false;
        _lagUs = lag + CreepUs;
        BinaryPrimitives.WriteUInt32BigEndian(compound[TimestampOffset..], timestamp - (uint)(lag * track.ClockRate / 1_000_000));
        return true;
    }

    private Track Of(TrackKind kind) => kind == TrackKind.Video ? _video : _audio;

    private sealed class Track(int clockRate)
    {
        private uint _timestamp;
        private long _ntpUs;

        public int ClockRate => clockRate;
        public bool IsSet { get; private set; }

        public void Set(uint timestamp, long ntpUs) => (_timestamp, _ntpUs, IsSet) = (timestamp, ntpUs, true);

        public long ToNtpUs(uint timestamp) => _ntpUs + ((long)(int)(timestamp - _timestamp) * 1_000_000 / clockRate);
    }
}
