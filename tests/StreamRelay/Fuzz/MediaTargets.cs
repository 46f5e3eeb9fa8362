using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>RTP and RTCP: the parsers by themselves, and what acts on them in a stream.</summary>
internal static class MediaTargets
{
    private static readonly MediaCodec[] Codecs = Enum.GetValues<MediaCodec>();

    public static FuzzTarget Rtp() => new("rtp", Samples.Rtp(), static input =>
    {
        if (!RtpPacket.TryParse(input, out var packet)) return 0;
        var sum = packet.SequenceNumber + packet.Timestamp + packet.Ssrc;
        for (var i = 0; i < packet.CsrcCount; i++) sum += packet.Csrc(i);
        if (packet.PayloadOffset + packet.PayloadLength + packet.PaddingLength != input.Length)
            throw new InvalidOperationException("parts do not add up");
        if (!packet.Payload.IsEmpty) sum += packet.Payload[^1];
        foreach (var codec in Codecs) KeyFrames.Find(codec, packet.Payload);
        var data = input;
        Retransmission.TryRestore(data, 96, 1, ref packet);
        return 1 + (int)(sum & 1);
    });

    public static FuzzTarget Extensions() => new("rtp-extensions", Samples.Rtp(), static input =>
    {
        if (!RtpPacket.TryParse(input, out var packet)) return 0;
        var steps = 1;
        foreach (var element in packet.Extensions)
        {
            steps++;
            if (!input.Overlaps(element.Value) && !element.Value.IsEmpty) throw new InvalidOperationException("an element lies outside");
            packet.Extensions.TryGet(element.Id, out _);
        }
        return steps;
    });

    public static FuzzTarget Rtcp() => new("rtcp", Samples.Rtcp(), static input =>
    {
        var steps = 0;
        foreach (var block in new RtcpReader(input))
        {
            steps++;
            _ = block.SenderSsrc + block.MediaSsrc;
            for (var i = 0; i < ReportBlock.Count(block); i++, steps++) ReportBlock.Read(block, i);
            for (var i = 0; i < FullIntraRequest.Count(block); i++, steps++) FullIntraRequest.Read(block, i);
            if (SenderReport.TryParse(block, out _)) steps++;
            if (Remb.TryParse(block, out var rate) && rate < 0) throw new InvalidOperationException("a rate below zero");
            foreach (var _ in new NackItems(block)) steps++;
            if (!TransportFeedback.TryParse(block, out var feedback)) continue;
            var packets = 0;
            foreach (var _ in feedback) packets++;
            if (packets > feedback.PacketCount) throw new InvalidOperationException("more packets than were announced");
            // A run-length chunk of two bytes stands for up to 8191 packets, which is the format's own bound.
            steps += packets / 8191;
        }
        return steps;
    })
    {
        // A NACK pair of four bytes names up to 17 packets.
        MaxSteps = 2048 / 4 * 17,
    };

    /// <summary>A stream with a viewer, of which a stranger is the publisher.</summary>
    public static FuzzTarget Publisher()
    {
        var time = new FuzzClock();
        var hub = Hub(time, out var publisher, out var viewer);
        return new FuzzTarget("publisher", [.. Samples.Rtp(), .. Samples.Rtcp()], input =>
        {
            time.Advance();
            var now = time.GetTimestamp();
            if (input is [_, >= 192 and <= 223, ..]) publisher.OnRtcp(input, now);
            else publisher.OnRtp(input, now);
            hub.Flush(now);
            hub.Tick(now);
            return 1;
        })
        {
            IsStateful = true,
            StateSize = () => publisher.Layers.Count + hub.Streams.Count + viewer.Plan.Tracks.Count,
            // A source that changes its number gets a new ring of 5 MB; a viewer may ask for packets of the last eight.
            MaxGrownBytes = 10 * 6 << 20,
        };
    }

    /// <summary>A stream that runs, of which a stranger is the viewer.</summary>
    public static FuzzTarget Viewer()
    {
        var time = new FuzzClock();
        var hub = Hub(time, out var publisher, out var viewer);
        var picture = Samples.Rtp()[0];
        ushort sequence = 0;
        return new FuzzTarget("viewer", Samples.Rtcp(), input =>
        {
            time.Advance();
            var now = time.GetTimestamp();
            (picture[2], picture[3]) = ((byte)(++sequence >> 8), (byte)sequence);
            publisher.OnRtp(picture.AsSpan(), now);
            viewer.OnRtcp(input, now);
            hub.Flush(now);
            hub.Tick(now);
            return 1;
        })
        {
            IsStateful = true,
            StateSize = () => publisher.Layers.Count + hub.Streams.Count + hub.ViewerCount,
        };
    }

    private static StreamHub Hub(TimeProvider time, out Publisher publisher, out Viewer viewer)
    {
        var ssrc = 5000u;
        var hub = new StreamHub(time, new StreamLimits(), () => ssrc++);
        publisher = hub.Publish("show", Plan(Samples.Ssrc, 0), new PublishOptions()).Publisher!;
        publisher.Attach(new Nowhere());
        viewer = hub.View("show", Plan(800, 801)).Viewer!;
        viewer.Start(new Nowhere(), time.GetTimestamp());
        return hub;
    }

    private static MediaPlan Plan(uint ssrc, uint rtxSsrc) => new()
    {
        Tracks =
        [
            new TrackPlan { Mid = "a", Format = CodecFormat.Opus, PayloadType = 111, Ssrcs = [new SsrcPlan(ssrc - 100, 0)] },
            new TrackPlan
            {
                Mid = "v",
                Format = CodecFormat.Vp8,
                PayloadType = 96,
                RtxPayloadType = 97,
                Ssrcs = [new SsrcPlan(ssrc, rtxSsrc)],
                Feedback = new FeedbackPlan(Nack: true, PictureLoss: true, FullIntra: true, MaxBitrate: true, TransportWide: true),
                Extensions = new RtpExtensionMap
                {
                    AbsoluteSendTime = 2, TransportSequence = 3, Mid = 4, AudioLevel = 5, DependencyDescriptor = 12,
                },
            },
        ],
    };

    private sealed class Nowhere : IMediaSink
    {
        public void SendRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
        {
        }

        public void SendRtcp(ReadOnlySpan<byte> compound)
        {
        }
    }
}
