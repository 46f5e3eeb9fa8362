using Marquee.Domain.Contracts;
using Marquee.TerminalGateway.Watch;

namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>How the watch does on one kind of attack.</summary>
internal sealed class KindScore
{
    /// <summary>An alert later than this counts as none.</summary>
    public const int MostTransactions = 10;

    public int Attacks { get; set; }

    public int Found { get; set; }

    public int Late { get; set; }

    public int FalseAlerts { get; set; }

    /// <summary>Transactions at the terminal (missed heartbeats, for silence) from an attack's first to its alert, both counted.</summary>
    public List<int> Transactions { get; } = [];

    public double Recall => Attacks == 0 ? 1 : (double)Found / Attacks;

    public double Precision => Found + Late + FalseAlerts == 0 ? 1 : (double)(Found + Late) / (Found + Late + FalseAlerts);
}

/// <summary>
/// Alerts against labels. The first alert of an attack's own kind at its terminal finds it; a second one is false (an attack is to be told
/// once), and so is every alert of a kind that the traffic does not show.
/// </summary>
internal sealed class WatchScore
{
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(5);
    private const double BeatSeconds = 30;

    public IReadOnlyDictionary<AnomalyKind, KindScore> Kinds { get; } = Enum.GetValues<AnomalyKind>().ToDictionary(k => k, _ => new KindScore());

    public List<string> Misses { get; } = [];

    public int Evenings { get; private set; }

    public long Observations { get; private set; }

    /// <summary>
    /// One venue by seed: on odd seeds nothing is known of it and its first evening is attacked; on even ones a quiet evening came before,
    /// and what it taught was stored and read again.
    /// </summary>
    public void Run(int seed)
    {
        var watch = new AnomalyWatch(VenuePrior.Default);
        for (var day = seed % 2 == 0 ? 0 : EveningGenerator.LastDay; day < EveningGenerator.LastDay; day++)
        {
            Score(seed, EveningGenerator.Make(seed, day, attacks: 0), watch);
            var learnt = watch.Baselines.ToDictionary(b => b.TerminalId, b => b.State);
            watch = new AnomalyWatch(VenuePrior.Of(learnt.Values), learnt);
        }

        Score(seed, EveningGenerator.Make(seed, EveningGenerator.LastDay, attacks: 6), watch);
    }

    private void Score(int seed, LabelledEvening evening, AnomalyWatch watch)
    {
        Evenings++;
        Observations += evening.Observations.Count;
        foreach (var attack in evening.Attacks) Kinds[attack.Kind].Attacks++;
        var found = new HashSet<Attack>();
        foreach (var observation in evening.Observations)
        {
            foreach (var alert in watch.See(observation))
            {
                if (alert.Escalation == 0) Judge(seed, alert, evening, found);
            }
        }

        foreach (var missed in evening.Attacks.Where(a => !found.Contains(a)))
            Misses.Add($"seed {seed}: {missed.Kind} at {missed.TerminalId} {missed.StartsAt:HH:mm:ss} never found");
    }

    private void Judge(int seed, AnomalyRaised alert, LabelledEvening evening, HashSet<Attack> found)
    {
        var under = evening.Attacks.FirstOrDefault(a => a.TerminalId == alert.TerminalId && alert.RaisedAt >= a.StartsAt && alert.RaisedAt <= a.EndsAt + Afterwards);
        if (under is not null && under.AlsoShows.Contains(alert.Kind)) return;
        var score = Kinds[alert.Kind];
        if (under?.Kind != alert.Kind || !found.Add(under))
        {
            score.FalseAlerts++;
            Misses.Add($"seed {seed}: {alert.Kind} at {alert.TerminalId} {alert.RaisedAt:HH:mm:ss} is false: {alert.Evidence.Finding}");
            return;
        }

        var transactions = Transactions(under, alert, evening);
        score.Transactions.Add(transactions);
        if (transactions <= KindScore.MostTransactions) score.Found++;
        else score.Late++;
        if (transactions > KindScore.MostTransactions) Misses.Add($"seed {seed}: {alert.Kind} at {alert.TerminalId} found after {transactions}");
    }

    private static int Transactions(Attack attack, AnomalyRaised alert, LabelledEvening evening) => attack.Kind == AnomalyKind.HeartbeatMissed
        ? (int)Math.Ceiling((alert.RaisedAt - attack.StartsAt).TotalSeconds / BeatSeconds)
        : evening.Observations.Count(o => o is TerminalObservation and not HeartbeatObserved && ((TerminalObservation)o).TerminalId == attack.TerminalId
            && o.At >= attack.StartsAt && o.At <= alert.RaisedAt);
}
