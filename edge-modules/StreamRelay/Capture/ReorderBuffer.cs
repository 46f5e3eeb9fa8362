namespace Marquee.StreamRelay.Capture;

/// <summary>
/// Puts packets in order. One that is missing is waited for while there is hope that a repetition brings it; past that, or past the bound,
/// it is a gap.
/// </summary>
internal sealed class ReorderBuffer
{
    public const int MaxWaiting = 512;

    /// <summary>NACK, repetition and one retry over a bad line.</summary>
    public const long PatienceUs = 250_000;

    private readonly SortedDictionary<long, Entry> _waiting = [];
    private long _next;
    private bool _hasStarted;

    /// <summary>Packets that never came.</summary>
    public long Lost { get; private set; }

    /// <summary>True when the packet is the next in order and needs no waiting; the buffer then counts it as delivered.</summary>
    public bool TryPass(long sequence)
    {
        if (!_hasStarted) (_next, _hasStarted) = (sequence, true);
        if (sequence != _next) return false;
        _next++;
        return true;
    }

    /// <summary>Keeps a packet that is ahead; one that is behind comes too late and is forgotten.</summary>
    public void Hold(long sequence, ReadOnlySpan<byte> packet, long captureUs, long nowUs)
    {
        if (sequence > _next) _waiting.TryAdd(sequence, new Entry(packet.ToArray(), captureUs, nowUs));
    }

    /// <summary>The next packet that can go on, perhaps after a gap that was given up.</summary>
    public bool TryTake(long nowUs, out byte[] packet, out long captureUs, out bool isAfterGap)
    {
        (packet, captureUs, isAfterGap) = ([], 0, false);
        if (_waiting.Count == 0) return false;
        var (sequence, entry) = _waiting.First();
        if (sequence != _next)
        {
            if (nowUs - entry.ArrivalUs < PatienceUs && _waiting.Count < MaxWaiting) return false;
            Lost += sequence - _next;
            isAfterGap = true;
        }
        _waiting.Remove(sequence);
        _next = sequence + 1;
        (packet, captureUs) = (entry.Packet, entry.CaptureUs);
        return true;
    }

    private readonly record struct Entry(byte[] Packet, long CaptureUs, long ArrivalUs);
}
