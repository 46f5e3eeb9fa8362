using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Watch;

/// <summary>A detector's finding on one observation; <see cref="Incidents"/> makes alerts of them.</summary>
internal sealed record Suspicion(AnomalyKind Kind, AnomalySeverity Severity, AnomalyEvidence Evidence);
