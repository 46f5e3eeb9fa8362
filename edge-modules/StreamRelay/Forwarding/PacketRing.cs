using System.Numerics;

namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// The last packets of a source by sequence number: what NACKs are answered from, and the frames since the last key frame. Bounded by a
/// number of packets and by bytes, both allocated once; the oldest give way.
/// </summary>
internal sealed class PacketRing
{
    private readonly Entry[] _entries;
    private readonly byte[] _bytes;
    private readonly int _mask;
    private long _head; // of the bytes, counted without wrapping

    /// <param name="packets">Bound in packets, a power of two.</param>
    /// <param name="bytes">Bound in bytes.</param>
    public PacketRing(int packets, int bytes)
    {
        if (!BitOperations.IsPow2(packets)) throw new ArgumentOutOfRangeException(nameof(packets), packets, "not a power of two");
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, Rtp.RtpPacket.MaxLength);
        _entries = new Entry[packets];
        _bytes = new byte[bytes];
        _mask = packets - 1;
    }

    /// <summary>The highest sequence number in the ring; 0 while it is empty.</summary>
    public long Newest { get; private set; }

    /// <summary>The lowest sequence number that may be in the ring.</summary>
    public long OldestPossible => Math.Max(1, Newest - _mask);

    /// <summary>Keeps a packet; false when it was there before or is older than the ring reaches.</summary>
    public bool TryAdd(long sequence, ReadOnlySpan<byte> packet)
    {
        ref var entry = ref _entries[sequence & _mask];
        if (sequence < OldestPossible || entry.Sequence == sequence || packet.Length > _bytes.Length) return false;
        var offset = (int)(_head % _bytes.Length);
        if (offset + packet.Length > _bytes.Length)
        {
            _head += _bytes.Length - offset; // a packet lies in one piece
            offset = 0;
        }
        packet.CopyTo(_bytes.AsSpan(offset));
        entry = new Entry { Sequence = sequence, Start = _head, Length = packet.Length };
        _head += packet.Length;
        if (sequence > Newest) Newest = sequence;
        return true;
    }

    /// <summary>The packet of a sequence number, valid until the next <see cref="TryAdd"/>.</summary>
    public bool TryGet(long sequence, out ReadOnlySpan<byte> packet)
    {
        ref readonly var entry = ref _entries[sequence & _mask];
        if (entry.Sequence != sequence || sequence == 0 || _head > entry.Start + _bytes.Length)
        {
            packet = default;
            return false;
        }
        packet = _bytes.AsSpan((int)(entry.Start % _bytes.Length), entry.Length);
        return true;
    }

    /// <summary>True when the packet has arrived, whether or not its bytes are still there.</summary>
    public bool HasSeen(long sequence) => sequence != 0 && _entries[sequence & _mask].Sequence == sequence;

    private struct Entry
    {
        public long Sequence;
        public long Start;
        public int Length;
    }
}
