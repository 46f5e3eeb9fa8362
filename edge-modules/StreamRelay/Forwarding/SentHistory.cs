using System.Numerics;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>Which source packet went out under which sequence number: what a NACK is looked up in. Bounded; the oldest give way.</summary>
internal sealed class SentHistory
{
    private readonly Sent[] _sent;
    private readonly int _mask;

    /// <param name="capacity">A power of two.</param>
    public SentHistory(int capacity)
    {
        if (!BitOperations.IsPow2(capacity)) throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "not a power of two");
        _sent = new Sent[capacity];
        _mask = capacity - 1;
    }

    public int Capacity => _sent.Length;

    public void Add(ushort sequence, long source, int epoch, uint timestamp) =>
        _sent[sequence & _mask] = new Sent { Source = source, Epoch = epoch, Timestamp = timestamp, Sequence = sequence };

    /// <summary>What went out under a sequence number; false when nothing did, or too long ago.</summary>
    public bool TryFind(ushort sequence, out long source, out int epoch, out uint timestamp)
    {
        ref readonly var sent = ref _sent[sequence & _mask];
        (source, epoch, timestamp) = (sent.Source, sent.Epoch, sent.Timestamp);
        return sent.Sequence == sequence && sent.Source != 0;
    }

    /// <summary>True, and remembered, when the packet has not been repeated within the interval.</summary>
    public bool TryRepeat(ushort sequence, long nowUs, long intervalUs)
    {
        ref var sent = ref _sent[sequence & _mask];
        var nowMs = (int)(nowUs / 1000);
        if (sent.RepeatedMs != 0 && nowMs - sent.RepeatedMs < intervalUs / 1000) return false;
        sent.RepeatedMs = nowMs;
        return true;
    }

    private struct Sent
    {
        public long Source;
        public int Epoch;
        public uint Timestamp;
        public int RepeatedMs;
        public ushort Sequence;
    }
}
