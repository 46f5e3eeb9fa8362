namespace Marquee.Local.Stripe.Store;

/// <summary>What time does by itself: settlements, payouts that arrive, authorisations that expire. Each job is one transaction, in due
/// order.</summary>
internal sealed class Jobs(Database database, Setting setting, BookClock clock)
{
    /// <summary>Jobs in one sweep; a long jump of the clock takes several sweeps, none holds the lock for long.</summary>
    private const int SweepMax = 10_000;

    private readonly Dictionary<string, Action<Session, string>> _handlers = [];

    public void On(string job, Action<Session, string> handler) => _handlers.Add(job, handler);

    /// <summary>Runs what is due by now. A job sees the time it was due at, so that a jump of days plays in order.</summary>
    public int RunDue()
    {
        var ran = 0;
        while (ran < SweepMax && database.Run(RunOne))
            ran++;
        return ran;
    }

    private bool RunOne()
    {
        var now = clock.Now;
        var due = database.Query("SELECT seq, due, kind, account, target FROM jobs WHERE due <= $1 ORDER BY due, seq LIMIT 1",
            row => (Seq: row.GetInt64(0), Due: row.GetInt64(1), Kind: row.GetString(2), Account: row.GetString(3),
                Target: row.GetString(4)),
            now.ToUnixTimeMilliseconds());
        if (due.Count == 0)
            return false;
        var job = due[0];
        database.Execute("DELETE FROM jobs WHERE seq = $1", job.Seq);
        var session = new Session(database, setting, job.Account, DateTimeOffset.FromUnixTimeMilliseconds(job.Due));
        _handlers[job.Kind](session, job.Target);
        return true;
    }
}
