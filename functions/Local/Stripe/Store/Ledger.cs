using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Store;

/// <summary>A movement of an account's balance, before it has an id.</summary>
internal sealed record Movement(string Type, long Amount, string Currency, string Source, string Counterparty)
{
    public long Fee { get; init; }
    public string FeeDescription { get; init; } = "Stripe processing fees";

    /// <summary>When the funds can be used; at once when null or past.</summary>
    public DateTimeOffset? AvailableOn { get; init; }
    public string? Description { get; init; }
    public string? ReportingCategory { get; init; }
}

/// <summary>
/// The balances, by double entry: each balance transaction posts its net to the account and the other side to whoever gave or took it,
/// so that all postings of a currency sum to zero, and an account's balance is the sum of its balance transactions.
/// </summary>
internal static class Ledger
{
    public const string SettleJob = "settle";

    public const string Cards = "world:card_networks";
    public const string Banks = "world:banks";
    public const string Fees = "world:fees";

    /// <summary>Between two accounts of ours: what leaves one is here until it is booked to the other, in the same transaction.</summary>
    public const string Transit = "world:transit";

    private const string Pending = "pending";
    private const string Available = "available";

    public static JsonObject Record(Session session, Movement movement)
    {
        var availableOn = movement.AvailableOn is { } due && due > session.Now ? WholeSecond(due) : session.Now;
        var status = availableOn > session.Now ? Pending : Available;
        var net = checked(movement.Amount - movement.Fee);
        var txn = session.Insert(new JsonObject
        {
            ["id"] = session.NewId("txn_"),
            ["object"] = "balance_transaction",
            ["amount"] = movement.Amount,
            ["available_on"] = availableOn.ToUnixTimeSeconds(),
            ["balance_type"] = "payments",
            ["created"] = session.NowSeconds,
            ["currency"] = movement.Currency,
            ["description"] = movement.Description,
            ["exchange_rate"] = null,
            ["fee"] = movement.Fee,
            ["fee_details"] = FeeDetails(movement),
            ["net"] = net,
            ["reporting_category"] = movement.ReportingCategory ?? movement.Type,
            ["source"] = movement.Source,
            ["status"] = status,
            ["type"] = movement.Type,
        });
        var id = txn.Text("id")!;
        Post(session, id, session.Account, status, movement.Currency, net);
        Post(session, id, movement.Counterparty, Available, movement.Currency, -movement.Amount);
        if (movement.Fee != 0)
            Post(session, id, Fees, Available, movement.Currency, movement.Fee);
        if (status == Pending)
            session.Schedule(availableOn, SettleJob, id);
        return txn;
    }

    /// <summary>Pending funds become available; run by the clock.</summary>
    public static void Settle(Session session, string txnId)
    {
        if (session.Find(txnId) is not { } txn || txn.Text("status") != Pending)
            return;
        var (currency, net) = (txn.Text("currency")!, txn.Number("net"));
        Post(session, txnId, session.Account, Pending, currency, -net);
        Post(session, txnId, session.Account, Available, currency, net);
        txn["status"] = Available;
        session.Update(txn);
        var more = session.Database.Number("SELECT 1 FROM jobs WHERE kind = $1 AND account = $2 AND due <= $3 LIMIT 1",
            SettleJob, session.Account, session.Now.ToUnixTimeMilliseconds());
        if (more is null)
            Webhooks.EventLog.Emit(session, "balance.available", Resources.Balances.Read(session));
    }

    public static long AvailableIn(Session session, string currency) => Sum(session, Available, currency);

    public static long PendingIn(Session session, string currency) => Sum(session, Pending, currency);

    public static IReadOnlyList<string> Currencies(Session session) => session.Database.Query(
        "SELECT DISTINCT currency FROM balances WHERE account = $1 ORDER BY currency", row => row.GetString(0), session.Account);

    private static long Sum(Session session, string bucket, string currency) => session.Database.Number(
        "SELECT amount FROM balances WHERE account = $1 AND bucket = $2 AND currency = $3", session.Account, bucket, currency) ?? 0;

    private static void Post(Session session, string txn, string account, string bucket, string currency, long amount)
    {
        session.Database.Execute("INSERT INTO postings (txn, account, bucket, currency, amount) VALUES ($1, $2, $3, $4, $5)",
            txn, account, bucket, currency, amount);
        session.Database.Execute("""
            INSERT INTO balances (account, bucket, currency, amount) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account, bucket, currency) DO UPDATE SET amount = amount + excluded.amount
            """, account, bucket, currency, amount);
    }

    // Rounded up: available_on counts seconds, and what is tied to these funds must not mature before they do.
    private static DateTimeOffset WholeSecond(DateTimeOffset due)
    {
        var seconds = DateTimeOffset.FromUnixTimeSeconds(due.ToUnixTimeSeconds());
        return seconds < due ? seconds.AddSeconds(1) : seconds;
    }

    private static JsonArray FeeDetails(Movement movement) => movement.Fee == 0 ? [] : [new JsonObject
    {
        ["amount"] = movement.Fee,
        ["application"] = null,
        ["currency"] = movement.Currency,
        ["description"] = movement.FeeDescription,
        ["type"] = "stripe_fee",
    }];
}
