namespace Marquee.StreamRelay.Sctp;

/// <summary>Takes whole messages in the order that their streams promise.</summary>
internal interface IMessageSink
{
    /// <param name="stream">On which it came.</param>
    /// <param name="protocol">Payload protocol identifier.</param>
    /// <param name="message">Valid during the call.</param>
    void OnMessage(ushort stream, uint protocol, ReadOnlySpan<byte> message);
}

internal enum ReassemblyVerdict
{
    Taken,

    /// <summary>Not kept, and so not to be acknowledged: it will come again.</summary>
    NoRoom,

    /// <summary>A message beyond the bound, or parts that can never become one: the association cannot go on.</summary>
    Violation,
}

/// <summary>
/// Makes messages of fragments and brings ordered ones into order. Holds at most the window, plus room for two messages so that what
/// is missing can always come.
/// </summary>
internal sealed class Reassembly(IMessageSink sink, int windowBytes, int maxMessageBytes)
{
    /// <summary>
    /// Fragments that wait: a message of 64 KiB has some 60. Bounds what putting them together costs, however small they are cut.
    /// </summary>
    public const int MaxFragments = 512;

    /// <summary>What each that waits is charged beside its payload, so that the smallest do not cost more memory than they are counted for.</summary>
    private const int ItemBytes = 64;

    private readonly Dictionary<Tsn, Fragment> _fragments = [];
    private readonly Dictionary<(ushort Stream, ushort Sequence), (uint Protocol, byte[] Message)> _held = [];
    private readonly Dictionary<ushort, ushort> _next = [];

    /// <summary>Of messages that are not whole, or whose turn has not come, with what it takes to keep them.</summary>
    public int BufferedBytes { get; private set; }

    public int FreeBytes => Math.Max(0, windowBytes - BufferedBytes);

    /// <param name="chunk">Whose TSN is new.</param>
    /// <param name="fillsGap">It is the one that all others wait for.</param>
    public ReassemblyVerdict Take(in DataChunk chunk, bool fillsGap)
    {
        if (chunk is { IsBegin: true, IsEnd: true })
        {
            if (chunk.Payload.Length > maxMessageBytes) return ReassemblyVerdict.Violation;
            if (chunk.IsUnordered || IsNext(chunk.Stream, chunk.StreamSequence))
            {
                Deliver(chunk.Stream, chunk.StreamSequence, chunk.IsUnordered, chunk.Protocol, chunk.Payload);
                return ReassemblyVerdict.Taken;
            }
            if (Room(chunk.Payload.Length, fillsGap) is not ReassemblyVerdict.Taken and var refusal) return refusal;
            Hold(chunk.Stream, chunk.StreamSequence, chunk.Protocol, chunk.Payload.ToArray());
            return ReassemblyVerdict.Taken;
        }
        if (Room(chunk.Payload.Length, fillsGap) is not ReassemblyVerdict.Taken and var noRoom) return noRoom;
        if (_fragments.Count >= MaxFragments && !fillsGap) return ReassemblyVerdict.NoRoom;
        _fragments[chunk.Tsn] = new Fragment(
            chunk.Stream, chunk.StreamSequence, chunk.Protocol, chunk.IsUnordered, chunk.IsBegin, chunk.IsEnd, chunk.Payload.ToArray());
        BufferedBytes += chunk.Payload.Length + ItemBytes;
        return TryComplete(chunk.Tsn);
    }

    /// <summary>Drops the fragments up to a TSN: their messages were given up.</summary>
    public void DropThrough(Tsn tsn)
    {
        foreach (var (known, fragment) in _fragments)
        {
            if (known.IsAfter(tsn)) continue;
            _fragments.Remove(known); // allowed while enumerating
            BufferedBytes -= fragment.Payload.Length + ItemBytes;
        }
    }

    /// <summary>A stream's messages up to this one were given up: those behind it need not wait for them.</summary>
    public void Skip(ushort stream, ushort sequence)
    {
        if (unchecked((short)(sequence - _next.GetValueOrDefault(stream))) < 0) return;
        foreach (var (key, held) in _held.Where(h => h.Key.Stream == stream && unchecked((short)(h.Key.Sequence - sequence)) <= 0)
            .OrderBy(h => unchecked((short)(h.Key.Sequence - sequence))).ToList())
        {
            // It came whole before the sender gave it up.
            Release(key, held);
        }
        _next[stream] = unchecked((ushort)(sequence + 1));
        DeliverHeld(stream);
    }

    private ReassemblyVerdict Room(int bytes, bool fillsGap) =>
        BufferedBytes + bytes + ItemBytes <= windowBytes ? ReassemblyVerdict.Taken
        : !fillsGap ? ReassemblyVerdict.NoRoom
        : BufferedBytes + bytes + ItemBytes <= windowBytes + (2 * maxMessageBytes) ? ReassemblyVerdict.Taken
        : ReassemblyVerdict.Violation;

    private ReassemblyVerdict TryComplete(Tsn tsn)
    {
        var first = tsn;
        var bytes = _fragments[tsn].Payload.Length;
        var isWhole = false;
        while (!_fragments[first].IsBegin)
        {
            if (!_fragments.TryGetValue(first - 1, out var before) || !before.Continues(_fragments[first])) break;
            first -= 1;
            bytes += before.Payload.Length;
        }
        var last = tsn;
        while (true)
        {
            if (_fragments[last].IsEnd)
            {
                isWhole = _fragments[first].IsBegin;
                break;
            }
            if (!_fragments.TryGetValue(last + 1, out var after) || !_fragments[last].Continues(after)) break;
            last += 1;
            bytes += after.Payload.Length;
        }
        if (bytes > maxMessageBytes) return ReassemblyVerdict.Violation;
        if (isWhole) Complete(first, last, bytes);
        return ReassemblyVerdict.Taken;
    }

    private void Complete(Tsn first, Tsn last, int bytes)
    {
        var message = new byte[bytes];
        var head = _fragments[first];
        var offset = 0;
        for (var tsn = first; !tsn.IsAfter(last); tsn += 1)
        {
            _fragments.Remove(tsn, out var fragment);
            fragment!.Payload.CopyTo(message, offset);
            offset += fragment.Payload.Length;
            BufferedBytes -= fragment.Payload.Length + ItemBytes;
        }
        if (head.IsUnordered || IsNext(head.Stream, head.Sequence)) Deliver(head.Stream, head.Sequence, head.IsUnordered, head.Protocol, message);
        else Hold(head.Stream, head.Sequence, head.Protocol, message);
    }

    private void Deliver(ushort stream, ushort sequence, bool isUnordered, uint protocol, ReadOnlySpan<byte> message)
    {
        if (!isUnordered) _next[stream] = unchecked((ushort)(sequence + 1));
        sink.OnMessage(stream, protocol, message);
        if (!isUnordered) DeliverHeld(stream);
    }

    private void DeliverHeld(ushort stream)
    {
        while (_held.TryGetValue((stream, _next[stream]), out var held))
        {
            var key = (stream, _next[stream]);
            _next[stream] = unchecked((ushort)(_next[stream] + 1));
            Release(key, held);
        }
    }

    private void Release((ushort Stream, ushort Sequence) key, (uint Protocol, byte[] Message) held)
    {
        _held.Remove(key);
        BufferedBytes -= held.Message.Length + ItemBytes;
        sink.OnMessage(key.Stream, held.Protocol, held.Message);
    }

    private void Hold(ushort stream, ushort sequence, uint protocol, byte[] message)
    {
        // A number of a stream that was used for two messages: the first stands.
        if (_held.TryAdd((stream, sequence), (protocol, message))) BufferedBytes += message.Length + ItemBytes;
    }

    private bool IsNext(ushort stream, ushort sequence) => _next.GetValueOrDefault(stream) == sequence;

    private sealed record Fragment(ushort Stream, ushort Sequence, uint Protocol, bool IsUnordered, bool IsBegin, bool IsEnd, byte[] Payload)
    {
        /// <summary>Whether the fragment of the next TSN goes on with the same message.</summary>
        public bool Continues(Fragment next) =>
            !IsEnd && !next.IsBegin && Stream == next.Stream && IsUnordered == next.IsUnordered && (IsUnordered || Sequence == next.Sequence);
    }
}
