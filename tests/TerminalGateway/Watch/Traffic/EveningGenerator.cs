using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>Evenings of a venue with ten terminals, by seed: plausible ones, with attacks mixed in, each labelled.</summary>
internal static class EveningGenerator
{
    /// <summary>The day of the last evening that is made of a venue.</summary>
    public const int LastDay = 1;

    /// <summary>An event that begins at seven in the evening on the given day.</summary>
    public static LabelledEvening Make(int seed, int day, int attacks)
    {
        var dice = new Dice(unchecked((seed * 7919) + day));
        var evening = new Evening(FormattableString.Invariant($"night-{day}"), new DateTimeOffset(2026, 3, 2, 19, 0, 0, TimeSpan.Zero).AddDays(day), day == LastDay)
        {
            SlowStart = dice.Chance(0.2),
            Busyness = dice.Between(0.5, 1.6),
            TokenPerTap = dice.Chance(0.5),
            BinsKnown = dice.Chance(0.6),
        };
        if (dice.Chance(0.15)) evening = evening with { LineDownAt = evening.OpensAt + dice.Seconds(1800, 4 * 3600) };
        var crowd = new Crowd(dice, FormattableString.Invariant($"{seed}_{day}"), evening.TokenPerTap);
        var terminals = Role.Venue.Select(t => new HonestTerminal(t.TerminalId, t.Role, evening, crowd, dice)).ToList();
        var seen = terminals.Select(t => t.Live()).ToList();
        var mixed = Mix(attacks, terminals, seen, evening, crowd, dice);

        var announced = new EventAnnounced(evening.OpensAt.AddHours(-8), evening.EventId, evening.OpensAt, evening.ClosesAt, Role.CheapestCents);
        IEnumerable<Observation> all = [announced, .. seen.SelectMany(s => s), .. Looks(evening)];
        return new LabelledEvening([.. all.OrderBy(o => o.At)], mixed);
    }

    private static List<Attack> Mix(
        int attacks, List<HonestTerminal> terminals, List<List<TerminalObservation>> seen, Evening evening, Crowd crowd, Dice dice)
    {
        var kinds = Enum.GetValues<AnomalyKind>().ToList();
        if (!evening.BinsKnown) kinds.Remove(AnomalyKind.SequentialBins);
        var free = Enumerable.Range(0, terminals.Count).ToList();
        var mixed = new List<Attack>();
        for (var i = 0; i < attacks; i++)
        {
            var kind = dice.Pick(kinds);
            var which = dice.Pick(free);
            kinds.Remove(kind);
            free.Remove(which);
            mixed.Add(Attacks.Mix(kind, terminals[which], seen[which], evening, crowd, dice));
        }

        return mixed;
    }

    private static IEnumerable<Observation> Looks(Evening evening)
    {
        for (var at = evening.OpensAt.AddHours(-2); at < evening.ClosesAt.AddHours(1); at = at.AddSeconds(15)) yield return new TimePassed(at);
    }
}
