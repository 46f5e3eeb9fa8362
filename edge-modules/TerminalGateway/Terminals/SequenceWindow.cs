namespace Marquee.TerminalGateway.Terminals;

/// <summary>What a request's number says of it.</summary>
internal enum SequenceVerdict
{
    /// <summary>New: the next one, or one behind a gap.</summary>
    New,

    /// <summary>The same request again: whatever it does is done once, and it gets that answer.</summary>
    Repeated,

    /// <summary>The number was used for another request.</summary>
    Reused,

    /// <summary>Older than the last one and not remembered.</summary>
    Old,

    /// <summary>Further ahead than a terminal can have counted.</summary>
    TooFar,
}

/// <summary>A number that was taken.</summary>
/// <param name="GapFirst">The first number that was left out before this one; 0 when none was.</param>
internal sealed record SequenceEntry(long Sequence, byte[] ContentHash, long GapFirst)
{
    private volatile bool _recorded;

    /// <summary>Whether it is on disk.</summary>
    public bool Recorded
    {
        get => _recorded;
        set => _recorded = value;
    }
}

/// <summary>
/// How far one terminal has counted, with its last <see cref="Size"/> requests. This is where it is decided; the store follows, in the
/// transaction of what the request does, so that deciding costs no fsync of its own.
/// </summary>
internal sealed class SequenceWindow
{
    public const int Size = 64;

    /// <summary>How far ahead of the last number the next may be.</summary>
    public const long MaxAhead = 1_000_000;

    private readonly Lock _gate = new();
    private readonly SequenceEntry?[] _ring = new SequenceEntry?[Size];
    private long _last;

    public long Last
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    public static int SlotOf(long sequence) => (int)(sequence % Size);

    /// <summary>Puts back what the store remembers, in any order.</summary>
    public void Restore(long sequence, byte[] contentHash)
    {
        lock (_gate)
        {
            _ring[SlotOf(sequence)] = new SequenceEntry(sequence, contentHash, GapFirst: 0) { Recorded = true };
            _last = Math.Max(_last, sequence);
        }
    }

    /// <summary>Takes a number, or finds the request that took it.</summary>
    public (SequenceVerdict Verdict, SequenceEntry? Entry) Take(long sequence, byte[] contentHash)
    {
        lock (_gate)
        {
            if (sequence > _last + MaxAhead) return (SequenceVerdict.TooFar, null);
            if (sequence <= _last)
            {
                return _ring[SlotOf(sequence)] is { } seen && seen.Sequence == sequence
                    ? seen.ContentHash.AsSpan().SequenceEqual(contentHash) ? (SequenceVerdict.Repeated, seen) : (SequenceVerdict.Reused, null)
                    : (SequenceVerdict.Old, null);
            }

            var entry = new SequenceEntry(sequence, contentHash, sequence > _last + 1 ? _last + 1 : 0);
            _ring[SlotOf(sequence)] = entry;
            _last = sequence;
            return (SequenceVerdict.New, entry);
        }
    }
}
