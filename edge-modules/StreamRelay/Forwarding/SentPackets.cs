namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// When the packets of a viewer were sent and how long they were, by transport-wide sequence number. Bounded; the oldest give way.
/// </summary>
internal sealed class SentPackets
{
    private const int Capacity = 2048;

    private readonly Sent[] _sent = new Sent[Capacity];
    private ushort _next = 1;

    public ushort Add(int bytes, long nowUs)
    {
        _sent[_next % Capacity] = new Sent { Us = nowUs, Bytes = (ushort)bytes, Sequence = _next };
        return _next++;
    }

    /// <summary>Looks a packet up, once: feedback that repeats itself counts once.</summary>
    public bool TryTake(ushort sequence, out long sentUs, out int bytes)
    {
        ref var sent = ref _sent[sequence % Capacity];
        (sentUs, bytes) = (sent.Us, sent.Bytes);
        if (sent.Us == 0 || sent.Sequence != sequence) return false;
        sent.Us = 0;
        return true;
    }

    private struct Sent
    {
        public long Us;
        public ushort Bytes;
        public ushort Sequence;
    }
}
