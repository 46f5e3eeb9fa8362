namespace Marquee.StreamRelay.Forwarding;

/// <summary>
/// The packets of a source that are missing, and when to ask for them (again). Bounded: past the bounds, or when a packet does not come
/// after all tries, the picture is mended by a key frame instead.
/// </summary>
internal sealed class LossTracker
{
    public const int MaxMissing = 512;

    /// <summary>A gap this wide is a source that started anew, not loss.</summary>
    public const int MaxGap = 1000;

    public const int MaxTries = 8;

    private readonly Missing[] _missing = new Missing[MaxMissing];
    private long _newest;

    /// <summary>Packets that are awaited.</summary>
    public int Count { get; private set; }

    /// <summary>True once something was given up, until <see cref="ClearGivenUp"/>.</summary>
    public bool HasGivenUp { get; private set; }

    public void ClearGivenUp() => HasGivenUp = false;

    public void OnPacket(long sequence, long nowUs)
    {
        if (_newest == 0 || sequence - _newest > MaxGap)
        {
            if (_newest != 0) GiveUpAll();
            _newest = sequence;
        }
        else if (sequence <= _newest)
        {
            Remove(sequence);
        }
        else
        {
            for (var missing = _newest + 1; missing < sequence; missing++) Add(missing, nowUs);
            _newest = sequence;
        }
    }

    /// <summary>
    /// The sequence numbers to ask for now, ascending; asks anew after <paramref name="retryUs"/>, each time a little later.
    /// </summary>
    public int Collect(Span<ushort> sequences, long nowUs, long retryUs)
    {
        var (kept, asked) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            ref var missing = ref _missing[i];
            if (missing.NextUs <= nowUs && asked < sequences.Length)
            {
                if (missing.Tries == MaxTries)
                {
                    HasGivenUp = true;
                    continue;
                }
                sequences[asked++] = (ushort)missing.Sequence;
                missing.Tries++;
                missing.NextUs = nowUs + retryUs + (retryUs * missing.Tries / 4);
            }
            _missing[kept++] = missing;
        }
        Count = kept;
        return asked;
    }

    /// <summary>Gives up what has been missing for longer than this, for a source that cannot be asked.</summary>
    public void Expire(long nowUs, long ageUs)
    {
        if (Count > 0 && nowUs - _missing[0].NextUs > ageUs) GiveUpAll();
    }

    private void Add(long sequence, long nowUs)
    {
        if (Count == MaxMissing) GiveUpAll();
        _missing[Count++] = new Missing { Sequence = sequence, NextUs = nowUs };
    }

    private void Remove(long sequence)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_missing[i].Sequence != sequence) continue;
            Array.Copy(_missing, i + 1, _missing, i, Count - i - 1);
            Count--;
            return;
        }
    }

    private void GiveUpAll()
    {
        Count = 0;
        HasGivenUp = true;
    }

    private struct Missing
    {
        public long Sequence;
        public long NextUs;
        public int Tries;
    }
}
