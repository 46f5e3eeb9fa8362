using System.Globalization;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch.Detectors;

/// <summary>
/// A terminal that beat regularly and is heard of no more while an event sells. Anything it says is a sign of life. Silence is said twice at
/// most: when it is too long for a restart or a bad radio, and when it lasts.
/// </summary>
internal sealed class SilenceDetector : IDetector
{
    private const int LeastBeats = 3;
    private const double MissedBeats = 8;
    private const double MissedBeatsForLong = 30;
    private static readonly TimeSpan LongestRestart = TimeSpan.FromSeconds(210);

    private DateTimeOffset _heardAt;
    private DateTimeOffset? _beatAt;
    private int _beats;
    private int _said;

    public Suspicion? See(Observation observation, TerminalMemory memory)
    {
        if (observation is SignedOff)
        {
            (_beats, _beatAt, _said) = (0, null, 0);
            return null;
        }

        var suspicion = _beats >= LeastBeats ? Weigh(memory) : null;
        if (observation is TerminalObservation) Hear(observation is HeartbeatObserved, memory);
        return suspicion;
    }

    private Suspicion? Weigh(TerminalMemory memory)
    {
        var silence = memory.Now - _heardAt;
        var beat = memory.Baseline.BeatSeconds;
        var limit = Math.Max(LongestRestart.TotalSeconds, beat * (_said == 0 ? MissedBeats : MissedBeatsForLong));
        // Past closing time devices are switched off without a word.
        if (_said > 1 || silence.TotalSeconds < limit || !memory.Hours.IsOpen(_heardAt) || !memory.Hours.IsOpen(memory.Now)) return null;
        _said++;
        var missed = (int)(silence.TotalSeconds / beat);
        var finding = string.Create(CultureInfo.InvariantCulture, $"{missed} heartbeats missed: nothing for {silence.TotalSeconds:F0} s.");
        return new(
            AnomalyKind.HeartbeatMissed,
            _said == 1 ? AnomalySeverity.Warning : AnomalySeverity.Critical,
            new AnomalyEvidence(finding, silence.TotalSeconds, beat, missed, _heardAt, memory.Now, []));
    }

    private void Hear(bool isBeat, TerminalMemory memory)
    {
        _heardAt = memory.Now;
        _said = 0;
        if (!isBeat) return;
        if (_beatAt is { } last && (memory.Now - last).TotalSeconds is var gap && gap < memory.Baseline.BeatSeconds * 3) memory.Baseline.LearnBeat(gap);
        _beatAt = memory.Now;
        _beats = Math.Min(LeastBeats, _beats + 1);
    }
}
