using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// The watch over a PoP's terminals: observations in, alerts out; no clock, no I/O, not for several threads at once. The same observations give
/// the same alerts, and the order of two terminals' observations between themselves does not matter (while there is room for both).
/// </summary>
/// <param name="known">What was learnt before, by terminal.</param>
internal sealed class AnomalyWatch(VenuePrior prior, IReadOnlyDictionary<string, BaselineState>? known = null)
{
    /// <summary>
    /// One more pushes out one that was not heard of for a day, else the one that was heard least: a flood of made-up names forgets itself
    /// before it forgets a terminal that sells.
    /// </summary>
    public const int MaxTerminals = 512;

    private static readonly TimeSpan Stale = TimeSpan.FromDays(1);

    // In order of name, so that what time brings to light comes in the same order every time.
    private readonly SortedDictionary<string, TerminalWatch> _terminals = new(StringComparer.Ordinal);
    private readonly VenueHours _hours = new();

    public int TerminalCount => _terminals.Count;

    /// <summary>What is known of each terminal now.</summary>
    public IEnumerable<(string TerminalId, BaselineState State)> Baselines => _terminals.Select(t => (t.Key, t.Value.Baseline.State));

    /// <summary>Takes up an incident as it was last told. Oldest first: of two of one kind the later counts.</summary>
    public void Reopen(AnomalyRaised told) => Terminal(told.TerminalId, told.RaisedAt).Reopen(told);

    public IReadOnlyList<AnomalyRaised> See(Observation observation)
    {
        var alerts = new List<AnomalyRaised>();
        switch (observation)
        {
            case TerminalObservation one:
                Terminal(one.TerminalId, one.At).See(one, alerts);
                break;
            case EventAnnounced announced:
                _hours.Announce(announced);
                break;
            case TimePassed:
                foreach (var terminal in _terminals.Values) terminal.See(observation, alerts);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(observation), observation, "Not an observation that the watch knows.");
        }

        return alerts;
    }

    private TerminalWatch Terminal(string terminalId, DateTimeOffset now)
    {
        var id = TerminalMemory.Clip(terminalId);
        if (_terminals.TryGetValue(id, out var terminal)) return terminal;
        if (_terminals.Count >= MaxTerminals) _terminals.Remove(Dispensable(now));
        var baseline = known?.GetValueOrDefault(id) is { } state ? new TerminalBaseline(prior, state) : new TerminalBaseline(prior);
        terminal = new TerminalWatch(id, baseline, _hours);
        _terminals.Add(id, terminal);
        return terminal;
    }

    // Of equals the first by name.
    private string Dispensable(DateTimeOffset now) =>
        _terminals.MinBy(t => (now - t.Value.LastAt > Stale ? 0 : 1, t.Value.Seen, t.Value.LastAt)).Key;
}
