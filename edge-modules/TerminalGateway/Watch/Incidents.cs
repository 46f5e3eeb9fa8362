using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch;

/// <summary>
/// Makes one alert of an attack: what a terminal is suspected of again within <see cref="Quiet"/> is the same incident, and is said again only
/// when it grows worse. Holds at most one incident of each kind.
/// </summary>
internal sealed class Incidents(string terminalId)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(30);

    /// <summary>So many suspicions of one incident raise its severity by one, and so many by another.</summary>
    private static readonly int[] EscalateAt = [10, 40];

    private readonly Dictionary<AnomalyKind, Incident> _open = [];

    /// <summary>Takes up an incident as it was last told, so that a restart of the till does not tell it anew.</summary>
    public void Reopen(AnomalyRaised told) =>
        _open[told.Kind] = new(told.AnomalyId, told.RaisedAt, 1, told.Severity, told.Escalation);

    /// <summary>The alert to give, or null when it was given already.</summary>
    public AnomalyRaised? Take(Suspicion suspicion, TerminalMemory memory)
    {
        var at = memory.Now;
        if (!_open.TryGetValue(suspicion.Kind, out var incident) || at - incident.LastAt > Quiet)
        {
            incident = new(FormattableString.Invariant($"{terminalId}.{suspicion.Kind}.{at.ToUnixTimeMilliseconds()}"), at, 1, suspicion.Severity, 0);
            _open[suspicion.Kind] = incident;
            return Alert(incident, suspicion, memory);
        }

        var hits = incident.Hits + 1;
        var severity = Worse(incident.Severity, suspicion.Severity, EscalateAt.Contains(hits));
        var worse = severity > incident.Severity;
        incident = incident with { LastAt = at, Hits = hits, Severity = severity, Escalation = incident.Escalation + (worse ? 1 : 0) };
        _open[suspicion.Kind] = incident;
        return worse ? Alert(incident, suspicion, memory) : null;
    }

    private static AnomalySeverity Worse(AnomalySeverity before, AnomalySeverity now, bool escalate)
    {
        var next = escalate && before < AnomalySeverity.Critical ? before + 1 : before;
        return now > next ? now : next;
    }

    private AnomalyRaised Alert(Incident incident, Suspicion suspicion, TerminalMemory memory) => new()
    {
        AnomalyId = incident.Id,
        TerminalId = terminalId,
        EventId = memory.EventId,
        Kind = suspicion.Kind,
        Severity = incident.Severity,
        RaisedAt = memory.Now,
        Escalation = incident.Escalation,
        Evidence = suspicion.Evidence,
        SuggestedAction = Advice.For(suspicion.Kind),
    };

    private readonly record struct Incident(string Id, DateTimeOffset LastAt, int Hits, AnomalySeverity Severity, int Escalation);
}
