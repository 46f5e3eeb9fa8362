using Marquee.Domain;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Tonight;

/// <summary>
/// Adds up an evening out of the store and nothing else, so that it is there without the processor and without the cloud. All of it is
/// of one moment when it is read in one transaction.
/// </summary>
internal static class Reckoning
{
    /// <summary>Differences told one by one.</summary>
    public const int MaxListed = 200;

    public static EventReckoning Of(EdgeReader reader, PopEvent popEvent, DateTimeOffset now)
    {
        var sums = EveningSums.Of(reader, popEvent);
        var differences = Differences.Of(reader, popEvent, now);
        var total = sums.Figures(null);
        var zero = Money.Zero(popEvent.Currency);
        return new()
        {
            EventId = popEvent.EventId,
            Title = popEvent.Title,
            Phase = popEvent.Phase,
            OfflineCap = new(popEvent.OfflineLimits.Sales, new Money(popEvent.OfflineLimits.OutstandingMinorUnits, popEvent.Currency)),
            Total = total,
            Terminals = [.. sums.Terminals.Select(t => new TerminalReckoning(t, sums.Figures(t)))],
            Reasons = [.. differences.GroupBy(d => d.Reason).OrderBy(g => g.Key).Select(g => new ReasonSum(
                g.Key, g.Count(), Sum(g, d => d.Amount, zero), Sum(g, d => d.Value, zero), g.Min(d => d.Since)))],
            Differences = [.. differences.Take(MaxListed)],
            Explained = Sum(differences, d => d.Value, zero) == total.Difference,
            OpenShifts = OpenShifts.Of(reader, popEvent),
        };
    }

    private static Money Sum(IEnumerable<Difference> differences, Func<Difference, Money> what, Money zero) =>
        differences.Aggregate(zero, (sum, d) => sum + what(d));
}
