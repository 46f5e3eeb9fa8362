namespace Marquee.StreamRelay.Trunk.Delivery;

/// <summary>
/// The media frames that are missing, and when to ask for each. One is asked for when no link can still bring it, again soon after in case
/// the question or the answer was lost, and never when the answer would come after the latency budget.
/// </summary>
internal sealed class MissingFrames
{
    /// <summary>Bound of the list. What is missing beyond it is given up.</summary>
    public const int Capacity = 1024;

    public const int MaxTries = 6;

    /// <summary>The second question follows the first after this time.</summary>
    private const long SecondTryUs = 10_000;

    /// <summary>A frame that has not come so long after its budget is lost.</summary>
    private const long LostAfterUs = 200_000;

    private readonly Missing[] _missing = new Missing[Capacity];

    public int Count { get; private set; }

    /// <summary>Frames that never came.</summary>
    public long Lost { get; private set; }

    /// <param name="sequence">Higher than all that were added before.</param>
    /// <param name="sentUs">When it was sent at the latest, in our clock.</param>
    /// <param name="askUs">When it will be clear that it does not come.</param>
    public void Add(long sequence, long sentUs, long askUs)
    {
        if (Count == Capacity)
        {
            Lost += Count;
            Count = 0;
        }
        _missing[Count++] = new Missing { Sequence = sequence, SentUs = sentUs, AskUs = askUs };
    }

    /// <summary>So many frames are missing that they are not worth a list.</summary>
    public void GiveUp(long frames)
    {
        Lost += frames + Count;
        Count = 0;
    }

    public void Remove(long sequence)
    {
        if (Count == 0) return;
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_missing[middle].Sequence == sequence)
            {
                Array.Copy(_missing, middle + 1, _missing, middle, Count - middle - 1);
                Count--;
                return;
            }
            if (_missing[middle].Sequence < sequence) low = middle + 1;
            else high = middle - 1;
        }
    }

    /// <summary>Drops what is lost, and tells what to ask for now, ascending.</summary>
    /// <param name="sequences">Where the numbers go.</param>
    /// <param name="roundTripUs">From a question to its answer.</param>
    /// <param name="budgetUs">The latency budget.</param>
    public int Collect(Span<long> sequences, long roundTripUs, long budgetUs, long nowUs)
    {
        var (kept, asked) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            ref var missing = ref _missing[i];
            if (nowUs > missing.SentUs + budgetUs + LostAfterUs)
            {
                Lost++;
                continue;
            }
            var isInTime = nowUs + roundTripUs <= missing.SentUs + budgetUs;
            if (isInTime && nowUs >= missing.AskUs && missing.Tries < MaxTries && asked < sequences.Length)
            {
                sequences[asked++] = missing.Sequence;
                missing.AskUs = nowUs + (missing.Tries++ % 2 == 0 ? SecondTryUs : roundTripUs + SecondTryUs);
            }
            _missing[kept++] = missing;
        }
        Count = kept;
        return asked;
    }

    public void Reset() => (Count, Lost) = (0, 0);

    private struct Missing
    {
        public long Sequence;
        public long SentUs;
        public long AskUs;
        public int Tries;
    }
}
