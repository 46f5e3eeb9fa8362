namespace Marquee.StreamRelay.Net;

/// <summary>
/// Sorts queued datagrams into runs: consecutive ones to one destination, of equal length but for a shorter last, which the kernel can
/// take as one message. Keeps the order per destination. No allocation after construction.
/// </summary>
internal sealed class SendRuns
{
    /// <summary>The kernel's bound on segments of a message (UDP_MAX_SEGMENTS of older kernels).</summary>
    public const int MaxSegments = 64;

    /// <summary>A segmented message is still one IP datagram to the stack: 65,535 less the headers.</summary>
    public const int MaxRunBytes = 65_000;

    public struct Run
    {
        public PeerAddress To;
        public int First;
        public int Last;
        public int Count;
        public int SegmentBytes;
        public int TotalBytes;
        public bool IsClosed;
    }

    private readonly Run[] _runs;
    private readonly int[] _next;
    private readonly int[] _lengths;
    private readonly int[] _table;
    private readonly int[] _stamps;
    private readonly int _mask;
    private readonly int _maxSegments;
    private int _stamp = 1;
    private int _last;

    /// <param name="slots">Datagrams at most; a power of two.</param>
    /// <param name="maxSegments">1 to keep every datagram apart.</param>
    public SendRuns(int slots, int maxSegments)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(int.PopCount(slots), 1, nameof(slots));
        _runs = new Run[slots];
        _next = new int[slots];
        _lengths = new int[slots];
        _table = new int[slots * 2];
        _stamps = new int[slots * 2];
        _mask = (slots * 2) - 1;
        _maxSegments = Math.Min(maxSegments, MaxSegments);
    }

    public int Datagrams { get; private set; }

    public int Count { get; private set; }

    public int Capacity => _next.Length;

    public bool IsFull => Datagrams == _next.Length;

    public ref readonly Run this[int run] => ref _runs[run];

    public int Length(int slot) => _lengths[slot];

    public int Next(int slot) => _next[slot];

    /// <summary>Adds the next slot, number <see cref="Datagrams"/>.</summary>
    public void Add(int length, in PeerAddress to)
    {
        var slot = Datagrams++;
        _lengths[slot] = length;
        // What goes to one destination mostly comes in one piece: only a change of destination is looked up.
        var entry = -1;
        var isKnown = Count > 0 && _runs[_last].To == to;
        if (!isKnown)
        {
            entry = Find(to);
            isKnown = _stamps[entry] == _stamp;
            if (isKnown) _last = _table[entry];
        }
        if (isKnown && TryAppend(ref _runs[_last], slot, length)) return;
        if (entry < 0) entry = Find(to);
        _stamps[entry] = _stamp;
        _table[entry] = _last = Count;
        _runs[Count++] = new Run { To = to, First = slot, Last = slot, Count = 1, SegmentBytes = length, TotalBytes = length };
    }

    public void Clear()
    {
        Datagrams = Count = 0;
        if (++_stamp != int.MaxValue) return;
        Array.Clear(_stamps);
        _stamp = 1;
    }

    private bool TryAppend(ref Run run, int slot, int length)
    {
        if (run.IsClosed || length > run.SegmentBytes || run.Count >= _maxSegments || run.TotalBytes + length > MaxRunBytes) return false;
        _next[run.Last] = slot;
        run.Last = slot;
        run.Count++;
        run.TotalBytes += length;
        run.IsClosed = length < run.SegmentBytes;
        return true;
    }

    /// <summary>The entry of this destination, or the free one where it belongs. There are twice as many entries as slots.</summary>
    private int Find(in PeerAddress to)
    {
        var entry = to.GetHashCode() & _mask;
        while (_stamps[entry] == _stamp && _runs[_table[entry]].To != to) entry = (entry + 1) & _mask;
        return entry;
    }
}
