using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Delivery;

/// <summary>
/// The last media frames that went to a neighbour, in plaintext, so that they can be sent again. Bounded in number; allocated once; the
/// oldest give way.
/// </summary>
internal sealed class SentMedia
{
    /// <summary>Seven seconds of one stream, half a second of ten large ones. A power of two.</summary>
    public const int Capacity = 2048;

    /// <summary>Who asks twice, over two links or because he is impatient, gets it once.</summary>
    private const long RepeatIntervalUs = 8_000;

    private readonly byte[] _bytes = new byte[Capacity * TrunkWire.MaxPlaintextBytes];
    private readonly Entry[] _entries = new Entry[Capacity];

    /// <summary>The number of the newest frame; 0 before the first.</summary>
    public long Newest { get; private set; }

    public long NewestUs { get; private set; }

    /// <summary>Builds the next frame in place.</summary>
    /// <returns>The frame, valid until <see cref="Capacity"/> more have been added.</returns>
    /// <param name="isTwofold">It is meant to go twice, on two links or one after the other.</param>
    public ReadOnlySpan<byte> Add(MediaFlags flags, ushort alias, ReadOnlySpan<byte> rtp, long ingestUs, uint links, bool isTwofold, long nowUs)
    {
        var slot = (int)(++Newest % Capacity);
        NewestUs = nowUs;
        _entries[slot] = new Entry
        {
            Sequence = Newest, SentUs = nowUs, Length = MediaFrame.HeaderLength + rtp.Length, Links = links, IsTwofold = isTwofold,
        };
        var frame = _bytes.AsSpan(slot * TrunkWire.MaxPlaintextBytes, MediaFrame.HeaderLength + rtp.Length);
        MediaFrame.Write(frame, flags, alias, (uint)Newest, (uint)nowUs, (uint)Math.Clamp(nowUs - ingestUs, 0, uint.MaxValue));
        rtp.CopyTo(frame[MediaFrame.HeaderLength..]);
        return frame;
    }

    /// <summary>A frame to send again, marked as such. False when it is gone, or has only just been sent again.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="latestUs">It has to have been sent since, first time.</param>
    public bool TryRepeat(long sequence, long latestUs, long nowUs, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (sequence <= 0) return false;
        ref var entry = ref _entries[sequence % Capacity];
        if (entry.Sequence != sequence || entry.SentUs < latestUs || nowUs - entry.RepeatedUs < RepeatIntervalUs) return false;
        entry.RepeatedUs = nowUs;
        var bytes = _bytes.AsSpan((int)(sequence % Capacity) * TrunkWire.MaxPlaintextBytes, entry.Length);
        MediaFrame.MarkRepeated(bytes);
        frame = bytes;
        return true;
    }

    /// <summary>The number that is nearest to the newest and has these low 32 bits.</summary>
    public long Unwrap(uint sequence) => Newest + (int)(sequence - (uint)Newest);

    /// <summary>When a frame was sent first, and on which links; false when it is gone.</summary>
    public bool TryFind(long sequence, out long sentUs, out uint links)
    {
        ref readonly var entry = ref _entries[(sequence & long.MaxValue) % Capacity];
        (sentUs, links) = (entry.SentUs, entry.Links);
        return entry.Sequence == sequence && sequence > 0;
    }

    /// <summary>Whether a frame is meant to go twice; false as well when it is gone.</summary>
    public bool IsTwofold(long sequence) => _entries[sequence % Capacity] is var entry && entry.Sequence == sequence && entry.IsTwofold;

    public void Reset()
    {
        Array.Clear(_entries);
        (Newest, NewestUs) = (0, 0);
    }

    private struct Entry
    {
        public long Sequence;
        public long SentUs;
        public long RepeatedUs;
        public int Length;
        public uint Links;
        public bool IsTwofold;
    }
}
