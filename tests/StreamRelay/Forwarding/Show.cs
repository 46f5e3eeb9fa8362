using System.Buffers.Binary;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.StreamRelay.Tests.Forwarding;

/// <summary>A hub in virtual time with publishers and viewers that need no transport.</summary>
internal sealed class Show
{
    private uint _ssrc = 5000;

    public Show(StreamLimits? limits = null) => Hub = new StreamHub(Time, limits ?? new StreamLimits(), () => _ssrc++);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 20, 0, 0, TimeSpan.Zero));
    public StreamHub Hub { get; }
    public long Now => Time.GetTimestamp();

    public void Pass(int milliseconds)
    {
        for (; milliseconds > 0; milliseconds -= 5)
        {
            Time.Advance(TimeSpan.FromMilliseconds(Math.Min(5, milliseconds)));
            Hub.Tick(Now);
        }
    }

    public Source Publish(uint ssrc = 1, bool takeOver = false, MediaPlan? plan = null)
    {
        var result = Hub.Publish("show", plan ?? Plan(ssrc), new PublishOptions { MayTakeOver = takeOver });
        Assert.Null(result.Refusal);
        return new Source(Hub, () => Now, result.Publisher!, ssrc, Pass);
    }

    public (Viewer Viewer, RecordingSink Sink) View(MediaPlan? plan = null)
    {
        var result = Hub.View("show", plan ?? ViewerPlan());
        Assert.Null(result.Refusal);
        var sink = new RecordingSink();
        result.Viewer!.Start(sink, Now);
        return (result.Viewer, sink);
    }

    public static MediaPlan Plan(uint ssrc) => new()
    {
        Tracks =
        [
            new TrackPlan { Mid = "0", Format = CodecFormat.Opus, PayloadType = 111, Ssrcs = [new SsrcPlan(ssrc + 100, 0)] },
            new TrackPlan
            {
                Mid = "1", Format = CodecFormat.Vp8, PayloadType = 96, RtxPayloadType = 97, Ssrcs = [new SsrcPlan(ssrc, ssrc + 50)],
                Feedback = new FeedbackPlan(Nack: true, PictureLoss: true, FullIntra: false, MaxBitrate: true, TransportWide: true),
                Extensions = new RtpExtensionMap { TransportSequence = 3 },
            },
        ],
    };

    public static MediaPlan ViewerPlan(bool rtx = true, bool transportWide = false) => new()
    {
        Tracks =
        [
            new TrackPlan { Mid = "0", Format = CodecFormat.Opus, PayloadType = 109, Ssrcs = [new SsrcPlan(700, 0)] },
            new TrackPlan
            {
                Mid = "1",
                Format = CodecFormat.Vp8,
                PayloadType = 120,
                RtxPayloadType = rtx ? (byte)124 : null,
                Ssrcs = [new SsrcPlan(800, rtx ? 801u : 0)],
                Feedback = new FeedbackPlan(Nack: true, PictureLoss: true, FullIntra: false, MaxBitrate: false, transportWide),
                Extensions = new RtpExtensionMap { TransportSequence = 5, AbsoluteSendTime = 2 },
            },
        ],
    };

    public static byte[] Nack(uint ssrc, params ushort[] sequences)
    {
        var buffer = new byte[1200];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.Nack(1, ssrc, sequences));
        return writer.Written.ToArray();
    }

    public static byte[] PictureLoss(uint ssrc)
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.PictureLoss(1, ssrc));
        return writer.Written.ToArray();
    }
}

/// <summary>Makes the packets of a publisher: VP8 frames whose payload tells which they are.</summary>
internal sealed class Source(StreamHub hub, Func<long> now, Publisher publisher, uint ssrc, Action<int>? pass = null)
{
    public Publisher Publisher { get; } = publisher;
    public uint Ssrc { get; } = ssrc;
    public ushort Sequence { get; set; } = 1000;
    public uint Timestamp { get; set; } = 90_000;
    public ushort AudioSequence { get; set; } = 500;
    public uint AudioTimestamp { get; set; } = 48_000;

    /// <summary>A packet that is not delivered yet.</summary>
    public byte[] Next(bool key, bool first, bool last, int size = 40, byte? rid = null)
    {
        var packet = new byte[12 + size];
        packet[0] = 0x80;
        packet[1] = (byte)(96 | (last ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), Sequence++);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), Ssrc + (rid ?? 0));
        packet[12] = (byte)(first ? 0x10 : 0x00);
        packet[13] = (byte)(key ? 0x00 : 0x01);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(14), Ssrc + (rid ?? 0));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(18), (uint)(Sequence - 1));
        if (last) Timestamp += 3000;
        return packet;
    }

    /// <summary>Delivers packets and lets them go on at once, unless the test says when.</summary>
    public void Deliver(byte[] packet, bool flush = true)
    {
        Publisher.OnRtp(packet.ToArray(), now());
        if (flush) hub.Flush(now());
    }

    /// <summary>A whole frame, delivered.</summary>
    public void Frame(bool key = false, int packets = 3, int size = 40)
    {
        for (var i = 0; i < packets; i++) Deliver(Next(key, i == 0, i == packets - 1, size));
    }

    public void Sound()
    {
        var packet = new byte[12 + 30];
        packet[0] = 0x80;
        packet[1] = 111;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), AudioSequence++);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), AudioTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), Ssrc + 100);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), (uint)(AudioSequence - 1));
        AudioTimestamp += 960;
        Deliver(packet);
    }

    /// <summary>Frames at 30 a second, each with 33 ms of virtual time.</summary>
    public void Run(int frames, int keyEvery = int.MaxValue, int packets = 3, int size = 40)
    {
        for (var i = 0; i < frames; i++)
        {
            Frame(key: i % keyEvery == 0 && keyEvery != int.MaxValue, packets, size);
            pass!(33);
        }
    }
}
