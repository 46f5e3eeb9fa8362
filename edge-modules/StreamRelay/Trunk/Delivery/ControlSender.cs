using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Delivery;

/// <summary>
/// Messages to a neighbour, reliable and in order: cut into segments, each sent again until it is acknowledged. Bounded: who does not
/// acknowledge loses the association, and with it nothing that is not told again from the start.
/// </summary>
internal sealed class ControlSender
{
    public const int MaxMessageBytes = 128 * 1024;

    /// <summary>Segments that wait for their acknowledgement, or for their turn.</summary>
    public const int Capacity = 1024;

    /// <summary>Segments on the way at once.</summary>
    public const int Window = 32;

    private const long LeastWaitUs = 40_000;
    private const int MaxBackoff = 4;

    private readonly Queue<Segment> _segments = new();
    private long _first = 1; // the number of the first in the queue
    private long _next = 1;

    public bool IsEmpty => _segments.Count == 0;

    /// <summary>Queues a message; false when there is no room for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        var count = Math.Max(1, (message.Length + ControlSegment.MaxBodyBytes - 1) / ControlSegment.MaxBodyBytes);
        if (message.Length > MaxMessageBytes || _segments.Count + count > Capacity) return false;
        for (var i = 0; i < count; i++)
        {
            var body = message.Slice(i * ControlSegment.MaxBodyBytes, Math.Min(ControlSegment.MaxBodyBytes, message.Length - (i * ControlSegment.MaxBodyBytes)));
            var bytes = new byte[ControlSegment.HeaderLength + body.Length];
            ControlSegment.WriteHeader(bytes, (ushort)_next++, i == count - 1);
            body.CopyTo(bytes.AsSpan(ControlSegment.HeaderLength));
            _segments.Enqueue(new Segment(bytes));
        }
        return true;
    }

    /// <summary>All before this one have come.</summary>
    public void OnAwaited(ushort awaited)
    {
        var number = _first + (short)(awaited - (ushort)_first);
        if (number > _next) return;
        for (; _first < number && _segments.Count > 0; _first++) _segments.Dequeue();
    }

    /// <summary>Calls <paramref name="send"/> with each segment that is due.</summary>
    public void Send(Action<byte[]> send, long roundTripUs, long nowUs)
    {
        var inFlight = 0;
        foreach (var segment in _segments)
        {
            if (++inFlight > Window) return;
            if (nowUs < segment.DueUs) continue;
            var wait = LeastWaitUs + (roundTripUs * 3 / 2);
            segment.DueUs = nowUs + (wait << Math.Min(segment.Tries++, MaxBackoff));
            send(segment.Bytes);
        }
    }

    public void Reset()
    {
        _segments.Clear();
        (_first, _next) = (1, 1);
    }

    private sealed class Segment(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;
        public long DueUs { get; set; }
        public int Tries { get; set; }
    }
}
