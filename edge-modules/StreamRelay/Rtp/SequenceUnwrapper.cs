namespace Marquee.StreamRelay.Rtp;

/// <summary>Turns 16-bit sequence numbers into numbers that do not wrap, relative to the newest that was seen.</summary>
internal struct SequenceUnwrapper
{
    // The first number starts one cycle up, so that numbers that arrive late from before it stay positive.
    private const long FirstCycle = 1L << 16;
    private long _newest;

    public readonly bool HasStarted => _newest != 0;
    public readonly long Newest => _newest;

    /// <summary>The number nearest to the newest one that has these low 16 bits; the newest advances with it.</summary>
    public long Unwrap(ushort sequenceNumber)
    {
        var value = Peek(sequenceNumber);
        if (value > _newest) _newest = value;
        return value;
    }

    /// <summary>As <see cref="Unwrap"/>, and nothing advances.</summary>
    public readonly long Peek(ushort sequenceNumber) =>
        HasStarted ? _newest + (short)(sequenceNumber - (ushort)_newest) : FirstCycle + sequenceNumber;

    public void Reset() => _newest = 0;
}
