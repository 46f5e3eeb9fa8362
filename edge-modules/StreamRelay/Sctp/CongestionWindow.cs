namespace Marquee.StreamRelay.Sctp;

/// <summary>How much may be on the way (RFC 9260 7.2): slow start, congestion avoidance, fast recovery.</summary>
internal sealed class CongestionWindow(int packetBytes)
{
    private const int InitialBytes = 4404;

    private int _partialBytes;
    private Tsn? _recoveryEnd;

    public int Bytes { get; private set; } = Math.Min(4 * packetBytes, Math.Max(2 * packetBytes, InitialBytes));

    public int SlowStartThreshold { get; private set; } = int.MaxValue;

    public bool IsRecovering => _recoveryEnd is not null;

    /// <summary>The cumulative acknowledgement has moved on.</summary>
    /// <param name="cumulative">To where.</param>
    /// <param name="ackedBytes">What was acknowledged.</param>
    /// <param name="wasFull">Whether the window was in use before.</param>
    public void OnProgress(Tsn cumulative, int ackedBytes, bool wasFull)
    {
        if (_recoveryEnd is { } end)
        {
            if (end.IsAfter(cumulative)) return;
            _recoveryEnd = null;
        }
        if (!wasFull) return;
        if (Bytes <= SlowStartThreshold)
        {
            Bytes += Math.Min(ackedBytes, packetBytes);
            return;
        }
        _partialBytes += ackedBytes;
        if (_partialBytes < Bytes) return;
        _partialBytes -= Bytes;
        Bytes += packetBytes;
    }

    /// <summary>Three later ones were acknowledged before one that is missing: it is lost, the path is not.</summary>
    public void OnFastRetransmit(Tsn highestSent)
    {
        if (IsRecovering) return;
        SlowStartThreshold = Math.Max(Bytes / 2, 4 * packetBytes);
        (Bytes, _partialBytes, _recoveryEnd) = (SlowStartThreshold, 0, highestSent);
    }

    public void OnTimeout()
    {
        SlowStartThreshold = Math.Max(Bytes / 2, 4 * packetBytes);
        (Bytes, _partialBytes, _recoveryEnd) = (packetBytes, 0, null);
    }

    /// <summary>Nothing is on the way any more.</summary>
    public void OnIdle() => _partialBytes = 0;
}
