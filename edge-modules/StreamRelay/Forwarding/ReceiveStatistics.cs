using Marquee.StreamRelay.Rtcp;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>What a receiver reports of a source: loss and interarrival jitter (RFC 3550 sections A.3 and A.8).</summary>
internal sealed class ReceiveStatistics(int clockRate)
{
    private long _first;
    private long _newest;
    private long _expectedBefore;
    private long _receivedBefore;
    private long _transitBefore;
    private long _jitter16; // in RTP units, times 16
    private uint _senderReport;
    private long _senderReportUs;

    public long Received { get; private set; }
    public long Expected => _first == 0 ? 0 : _newest - _first + 1;
    public long Lost => Math.Max(0, Expected - Received);
    public double JitterMs => _jitter16 / 16.0 / clockRate * 1000;

    /// <param name="sequence">Unwrapped.</param>
    public void OnPacket(long sequence, uint timestamp, long nowUs)
    {
        if (_first == 0) _first = _newest = sequence;
        if (sequence > _newest) _newest = sequence;
        Received++;
        var transit = (long)(uint)((nowUs * clockRate / 1_000_000) - timestamp);
        if (Received > 1)
        {
            var difference = Math.Abs((long)(int)(uint)(transit - _transitBefore));
            _jitter16 += difference - ((_jitter16 + 8) >> 4);
        }
        _transitBefore = transit;
    }

    public void OnSenderReport(in SenderReport report, long nowUs) => (_senderReport, _senderReportUs) = (report.Ntp.Middle, nowUs);

    /// <summary>The report block of the interval since the last one.</summary>
    public ReportBlock Report(uint ssrc, long nowUs)
    {
        var expected = Expected - _expectedBefore;
        var received = Received - _receivedBefore;
        (_expectedBefore, _receivedBefore) = (Expected, Received);
        var lost = expected - received;
        var fraction = expected <= 0 || lost <= 0 ? 0 : Math.Min(255, (lost << 8) / expected);
        var delay = _senderReport == 0 ? 0 : (uint)((nowUs - _senderReportUs) * 65536 / 1_000_000);
        return new ReportBlock(ssrc, (byte)fraction, (int)Math.Clamp(Expected - Received, int.MinValue, int.MaxValue), (uint)_newest,
            (uint)(_jitter16 >> 4), _senderReport, delay);
    }
}
