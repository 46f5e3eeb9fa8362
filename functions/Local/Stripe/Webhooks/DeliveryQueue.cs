using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Webhooks;

/// <summary>One attempt to make.</summary>
internal sealed record Delivery(long Seq, string EventId, string Url, string Secret, string Payload, int Attempts);

/// <summary>The outbox of webhook deliveries, in the database: a killed server resumes where it was.</summary>
internal sealed class DeliveryQueue(Database database, Setting setting, BookClock clock)
{
    /// <summary>The back-off doubles up to this.</summary>
    private static readonly TimeSpan BackOffMax = TimeSpan.FromHours(12);

    /// <summary>An endpoint does not see a held delivery before what came after it.</summary>
    private const string Held = "held";

    public IReadOnlyList<string> DueEndpoints() => database.Run(() => database.Query(
        "SELECT DISTINCT endpoint FROM deliveries WHERE state IN ('waiting', 'held', 'repeat') AND next <= $1", row => row.GetString(0),
            Now()));

    public Delivery? Next(string endpoint, DeliverySetting mode) => database.Run(() =>
    {
        Hold(endpoint, mode);
        var order = mode.Reverse ? "ORDER BY seq DESC LIMIT 1" : "ORDER BY next, seq LIMIT 1";
        var rows = database.Query($"SELECT seq, event, attempts FROM deliveries WHERE endpoint = $1 AND state IN ('waiting', 'held', 'repeat') AND next <= $2 {order}",
            row => (Seq: row.GetInt64(0), Event: row.GetString(1), Attempts: row.GetInt32(2)), endpoint, Now());
        if (rows.Count == 0)
            return null;
        var session = new Session(database, setting, setting.Platform, clock.Now);
        var target = session.FindAnywhere(endpoint);
        if (target?.Text("status") != "enabled" || session.FindAnywhere(rows[0].Event) is not { } body)
        {
            database.Execute("UPDATE deliveries SET state = 'dropped', last = 'endpoint disabled' WHERE seq = $1", rows[0].Seq);
            return null;
        }
        return new Delivery(rows[0].Seq, rows[0].Event, target.Text("url")!, target.Text("_secret")!, View.Public(body).ToJsonString(),
            rows[0].Attempts);
    });

    public void Delivered(Delivery delivery, DeliverySetting mode) => database.Run(() =>
    {
        var repeats = mode.Duplicate && database.Text("SELECT state FROM deliveries WHERE seq = $1", delivery.Seq) != "repeat";
        database.Execute("UPDATE deliveries SET state = $2, attempts = attempts + 1, last = 'delivered' WHERE seq = $1",
            delivery.Seq, repeats ? "repeat" : "delivered");
        var session = new Session(database, setting, setting.Platform, clock.Now);
        if (!repeats && session.FindAnywhere(delivery.EventId) is { } body && body.Number("pending_webhooks") > 0)
        {
            body["pending_webhooks"] = body.Number("pending_webhooks") - 1;
            session.Update(body);
        }
        return true;
    });

    public void Failed(Delivery delivery, string reason) => database.Run(() =>
    {
        var wait = TimeSpan.FromTicks(Math.Min(BackOffMax.Ticks,
            setting.Options.WebhookRetryBase.Ticks << Math.Min(delivery.Attempts, 30)));
        var next = (clock.Now + wait).ToUnixTimeMilliseconds();
        return database.Execute("""
            UPDATE deliveries SET attempts = attempts + 1, next = $2, last = $3, state = CASE WHEN $2 > until THEN 'given_up' ELSE state END WHERE seq = $1
            """, delivery.Seq, next, reason);
    });

    /// <summary>Everything that waits is due now, whatever its back-off.</summary>
    public void Hurry() => database.Run(() => database.Execute(
        "UPDATE deliveries SET next = $1 WHERE state IN ('waiting', 'held', 'repeat') AND next > $1", Now()));

    private void Hold(string endpoint, DeliverySetting mode)
    {
        if (mode.HoldEverySecondMs > 0)
            database.Execute("UPDATE deliveries SET state = $3, next = next + $2 WHERE endpoint = $1 AND state = 'waiting' AND attempts = 0 AND seq % 2 = 0",
                endpoint, mode.HoldEverySecondMs, Held);
    }

    private long Now() => clock.Now.ToUnixTimeMilliseconds();
}
