namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>Which of the last numbers have come: a sliding window of bits, cleared as it moves on.</summary>
internal sealed class CounterWindow
{
    private readonly ulong[] _bits;
    private readonly long _size;

    /// <param name="size">Numbers that are remembered; a multiple of 64.</param>
    public CounterWindow(int size)
    {
        if (size <= 0 || size % 64 != 0) throw new ArgumentOutOfRangeException(nameof(size), size, "not a multiple of 64");
        (_size, _bits) = (size, new ulong[size / 64]);
    }

    /// <summary>The highest number that was marked; -1 before the first.</summary>
    public long Newest { get; private set; } = -1;

    /// <summary>Whether a number may still be taken: newer than all, or within the window and not marked.</summary>
    public bool Allows(long number) => number > Newest || (number > Newest - _size && number >= 0 && !IsMarked(number));

    /// <summary>True for a number of the window that has come.</summary>
    public bool Has(long number) => number <= Newest && number > Newest - _size && number >= 0 && IsMarked(number);

    public void Mark(long number)
    {
        if (number > Newest)
        {
            if (number - Newest >= _size) Array.Clear(_bits);
            else for (var between = Newest + 1; between < number; between++) Clear(between);
            Newest = number;
        }
        else if (number <= Newest - _size)
        {
            return;
        }
        _bits[number % _size / 64] |= 1UL << (int)(number % 64);
    }

    public void Reset()
    {
        Newest = -1;
        Array.Clear(_bits);
    }

    private bool IsMarked(long number) => (_bits[number % _size / 64] >> (int)(number % 64) & 1) != 0;

    private void Clear(long number) => _bits[number % _size / 64] &= ~(1UL << (int)(number % 64));
}
