using Marquee.StreamRelay.Rtcp;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// What a publisher hears from us: NACK, transport-wide feedback, key frame requests, receiver reports and REMB, each in its rhythm.
/// </summary>
internal sealed class PublisherFeedback(MediaPlan plan, PublishOptions options, uint ssrc)
{
    /// <summary>The least time between two key frame requests for a layer.</summary>
    public const long KeyFrameIntervalUs = 500_000;

    private const long TransportIntervalUs = 50_000;
    private const long ReportIntervalUs = 1_000_000;
    private const long NackRetryUs = 40_000;
    private const long ReorderUs = 100_000;
    private const int MaxCompound = 1200;
    private const int MaxNacks = 128;

    // Loss above which the publisher without transport-wide feedback is told to send less, and below which more.
    private const int HighLoss = 26; // of 256: 10 %
    private const int LowLoss = 5;   // of 256: 2 %
    private const long MinBitsPerSecond = 150_000;

    private readonly TransportArrivals? _arrivals = plan.Tracks.Any(t => t.Feedback.TransportWide) ? new TransportArrivals() : null;
    private readonly byte[] _buffer = new byte[MaxCompound];
    private long _nextTransportUs;
    private long _nextReportUs;
    private uint _transportSsrc;
    private long _bitsPerSecond = options.MaxBitsPerSecond;
    private byte _fullIntraSequence;

    public IMediaSink? Sink { get; set; }
    public IMediaSource? Source { get; set; }
    public long KeyFrameRequests { get; private set; }
    public long NacksSent { get; private set; }

    public void OnTransportSequence(ushort sequence, uint mediaSsrc, long nowUs)
    {
        _transportSsrc = mediaSsrc;
        _arrivals?.Add(sequence, nowUs);
    }

    public void Tick(IReadOnlyList<SourceLayer> layers, long nowUs)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            if (layer.Losses.Count > 0) AskAgain(layer, nowUs);
            if (layer.Losses.HasGivenUp)
            {
                layer.Losses.ClearGivenUp();
                layer.IsKeyFrameWanted = layer.Kind == TrackKind.Video;
            }
            if (layer.IsKeyFrameWanted && nowUs - layer.KeyFrameRequestedUs >= KeyFrameIntervalUs) RequestKeyFrame(layer, nowUs);
        }
        if (_arrivals is not null && (nowUs >= _nextTransportUs || _arrivals.Pending >= TransportArrivals.MaxPackets / 4))
        {
            _nextTransportUs = nowUs + TransportIntervalUs;
            var writer = new RtcpWriter(_buffer);
            if (_arrivals.TryWrite(ref writer, ssrc, _transportSsrc)) Sink?.SendRtcp(writer.Written);
        }
        if (nowUs < _nextReportUs) return;
        _nextReportUs = nowUs + ReportIntervalUs;
        Report(layers, nowUs);
    }

    private void AskAgain(SourceLayer layer, long nowUs)
    {
        if (!layer.Track.Feedback.Nack)
        {
            layer.Losses.Expire(nowUs, ReorderUs);
            return;
        }
        Span<ushort> sequences = stackalloc ushort[MaxNacks];
        var count = layer.Losses.Collect(sequences, nowUs, NackRetryUs);
        if (count == 0) return;
        var writer = new RtcpWriter(_buffer);
        writer.Nack(ssrc, layer.Ssrc, sequences[..count]);
        Sink?.SendRtcp(writer.Written);
        NacksSent += count;
    }

    private void RequestKeyFrame(SourceLayer layer, long nowUs)
    {
        layer.KeyFrameRequestedUs = nowUs;
        KeyFrameRequests++;
        Source?.RequestKeyFrame(layer.Index);
        if (Sink is null) return;
        var writer = new RtcpWriter(_buffer);
        if (layer.Track.Feedback.PictureLoss || !layer.Track.Feedback.FullIntra) writer.PictureLoss(ssrc, layer.Ssrc);
        else writer.FullIntra(ssrc, layer.Ssrc, _fullIntraSequence++);
        Sink.SendRtcp(writer.Written);
    }

    private void Report(IReadOnlyList<SourceLayer> layers, long nowUs)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[OfferedSources.MaxLayers + 1];
        Span<uint> sources = stackalloc uint[OfferedSources.MaxLayers + 1];
        var (count, remb, loss) = (0, 0, 0);
        for (var i = 0; i < layers.Count && count < blocks.Length; i++)
        {
            var layer = layers[i];
            if (layer.Statistics.Received == 0) continue;
            var block = blocks[count++] = layer.Statistics.Report(layer.Ssrc, nowUs);
            loss = Math.Max(loss, block.FractionLost);
            if (layer.Track.Feedback.MaxBitrate) sources[remb++] = layer.Ssrc;
        }
        if (count == 0 || Sink is null) return;
        var writer = new RtcpWriter(_buffer);
        writer.ReceiverReport(ssrc, blocks[..count]);
        writer.Cname(ssrc, "marquee");
        if (remb > 0) writer.MaxBitrate(ssrc, NextRate(loss), sources[..remb]);
        Sink.SendRtcp(writer.Written);
    }

    private long NextRate(int loss)
    {
        if (loss > HighLoss) _bitsPerSecond -= _bitsPerSecond * loss / 512;
        else if (loss < LowLoss) _bitsPerSecond += _bitsPerSecond / 12;
        return _bitsPerSecond = Math.Clamp(_bitsPerSecond, Math.Min(MinBitsPerSecond, options.MaxBitsPerSecond), options.MaxBitsPerSecond);
    }
}
