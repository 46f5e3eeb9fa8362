namespace Marquee.StreamRelay.Sctp;

internal enum TsnVerdict
{
    New,

    /// <summary>It came before.</summary>
    Duplicate,

    /// <summary>More than <see cref="TsnMap.Window"/> ahead.</summary>
    TooFar,
}

/// <summary>Which TSNs have come: all up to one, and of the next <see cref="Window"/> each by itself.</summary>
internal sealed class TsnMap(Tsn cumulative)
{
    public const int Window = 4096;

    private readonly ulong[] _bits = new ulong[Window / 64];
    private Tsn _highest = cumulative;

    /// <summary>All up to this have come.</summary>
    public Tsn Cumulative { get; private set; } = cumulative;

    public bool HasGaps => _highest.IsAfter(Cumulative);

    public TsnVerdict Look(Tsn tsn)
    {
        var ahead = tsn.Ahead(Cumulative);
        return ahead <= 0 ? TsnVerdict.Duplicate
            : ahead > Window ? TsnVerdict.TooFar
            : IsSet(tsn) ? TsnVerdict.Duplicate
            : TsnVerdict.New;
    }

    /// <summary>Notes a TSN that <see cref="Look"/> found new.</summary>
    public void Add(Tsn tsn)
    {
        _bits[Word(tsn)] |= Bit(tsn);
        if (tsn.IsAfter(_highest)) _highest = tsn;
        Advance();
    }

    /// <summary>Takes all up to this for received.</summary>
    public void AdvanceTo(Tsn tsn)
    {
        if (tsn.Ahead(Cumulative) > Window)
        {
            // Nothing that has come is ahead of it.
            Array.Clear(_bits);
            (Cumulative, _highest) = (tsn, tsn);
            return;
        }
        while (tsn.IsAfter(Cumulative))
        {
            Cumulative += 1;
            _bits[Word(Cumulative)] &= ~Bit(Cumulative);
        }
        if (Cumulative.IsAfter(_highest)) _highest = Cumulative;
        Advance();
    }

    /// <summary>The runs past the first gap, as offsets from <see cref="Cumulative"/>, as many as there is room for.</summary>
    /// <returns>How many there are.</returns>
    public int GapBlocks(Span<(ushort First, ushort Last)> blocks)
    {
        var count = 0;
        var highest = _highest.Ahead(Cumulative);
        for (var offset = 1; offset <= highest && count < blocks.Length; offset++)
        {
            if (!IsSet(Cumulative + (uint)offset)) continue;
            var first = offset;
            while (offset < highest && IsSet(Cumulative + (uint)(offset + 1))) offset++;
            blocks[count++] = ((ushort)first, (ushort)offset);
        }
        return count;
    }

    private void Advance()
    {
        while (IsSet(Cumulative + 1))
        {
            Cumulative += 1;
            _bits[Word(Cumulative)] &= ~Bit(Cumulative);
        }
    }

    private bool IsSet(Tsn tsn) => (_bits[Word(tsn)] & Bit(tsn)) != 0;

    private static int Word(Tsn tsn) => (int)(tsn.Value % Window / 64);

    private static ulong Bit(Tsn tsn) => 1UL << (int)(tsn.Value % 64);
}
