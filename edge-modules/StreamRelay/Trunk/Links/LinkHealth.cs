namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>What a link may be used for.</summary>
internal enum LinkState
{
    /// <summary>Nothing has been heard on it yet.</summary>
    Unknown,

    Up,

    /// <summary>One side or the other hears nothing on it.</summary>
    Silent,

    /// <summary>Heard again after a silence; it has to hold out before a stream relies on it alone.</summary>
    Probation,
}

/// <summary>
/// Decides when a link is dead and when it may be trusted again. Dead at once, after 60 ms of silence; trusted after a time that doubles
/// with each relapse, so that a link that comes and goes does not drag a stream to and fro.
/// </summary>
internal sealed class LinkHealth
{
    public const long SilenceUs = 60_000;
    public const long LeastProbationUs = 1_000_000;
    public const long MostProbationUs = 16_000_000;

    /// <summary>A link that held out so long has its relapses forgiven.</summary>
    private const long ForgivenUs = 60_000_000;

    private long _probationUs = LeastProbationUs;
    private long _probationEndsUs;
    private long _fellUs;

    public LinkState State { get; private set; }

    /// <summary>When it was last found silent; 0 when it never was.</summary>
    public long FellSilentUs => _fellUs;

    public long Silences { get; private set; }

    /// <param name="silenceUs">The longer of the two sides' silences.</param>
    /// <param name="bearableUs">Silence that is borne: 60 ms while a stream runs, more when keep-alives are far apart.</param>
    /// <returns>Whether the link has just been found dead.</returns>
    public bool Update(long silenceUs, long bearableUs, long nowUs)
    {
        if (silenceUs >= bearableUs)
        {
            if (State is LinkState.Silent or LinkState.Unknown) return false;
            if (_fellUs != 0) _probationUs = nowUs - _fellUs > ForgivenUs ? LeastProbationUs : Math.Min(_probationUs * 2, MostProbationUs);
            (State, _fellUs) = (LinkState.Silent, nowUs);
            Silences++;
            return true;
        }
        switch (State)
        {
            case LinkState.Unknown:
                State = LinkState.Up;
                break;
            case LinkState.Silent:
                (State, _probationEndsUs) = (LinkState.Probation, nowUs + _probationUs);
                break;
            case LinkState.Probation when nowUs >= _probationEndsUs:
                State = LinkState.Up;
                break;
        }
        return false;
    }

    /// <summary>Forgets all: the other side is a new one.</summary>
    public void Reset()
    {
        State = LinkState.Unknown;
        (_probationUs, _fellUs) = (LeastProbationUs, 0);
    }
}
