using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>An attack that was mixed in.</summary>
/// <param name="AlsoShows">Kinds that its observations rightly show beside its own: an alert of these is neither found nor false.</param>
internal sealed record Attack(
    AnomalyKind Kind, string TerminalId, DateTimeOffset StartsAt, DateTimeOffset EndsAt, params IReadOnlyList<AnomalyKind> AlsoShows);

/// <summary>Observations in the order of their time, and what is wrong with them.</summary>
internal sealed record LabelledEvening(IReadOnlyList<Observation> Observations, IReadOnlyList<Attack> Attacks);
