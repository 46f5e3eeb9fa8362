using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>The balance of an account and the transactions it is the sum of.</summary>
internal static class Balances
{
    public static void Register(Routes routes) => routes
        .On("GET /v1/balance", call => Read(call.Session))
        .On("GET /v1/balance_transactions", List)
        .On("GET /v1/balance_transactions/{id}", call => call.Session.Require("balance_transaction", call["id"]))
        .On("GET /v1/balance/history", List)
        .On("GET /v1/balance/history/{id}", call => call.Session.Require("balance_transaction", call["id"]));

    public static JsonObject Read(Session session)
    {
        var currencies = Ledger.Currencies(session).ToList();
        if (currencies.Count == 0)
            currencies.Add(Accounts.CurrencyOf(session));
        var balance = new JsonObject
        {
            ["object"] = "balance",
            ["available"] = Amounts(currencies, currency => Ledger.AvailableIn(session, currency)),
            ["livemode"] = false,
            ["pending"] = Amounts(currencies, currency => Ledger.PendingIn(session, currency)),
        };
        // Left out, as Stripe does, while the account may not pay out instantly at all.
        var instant = currencies.Where(currency => Payouts.InstantRefusal(session, currency) is null).ToList();
        if (instant.Count > 0)
            balance["instant_available"] = Amounts(instant, currency => InstantAvailable(session, currency));
        return balance;
    }

    /// <summary>What may be paid out instantly: settled and pending card funds alike, never more than is there.</summary>
    public static long InstantAvailable(Session session, string currency) =>
        Math.Max(0, Ledger.AvailableIn(session, currency) + Math.Max(0, Ledger.PendingIn(session, currency)));

    private static JsonArray Amounts(IEnumerable<string> currencies, Func<string, long> amount) =>
        new([.. currencies.Select(currency => new JsonObject
    {
        ["amount"] = amount(currency),
        ["currency"] = currency,
        ["source_types"] = new JsonObject { ["card"] = amount(currency) },
    })]);

    private static Answer List(Call call) => Page.Of(call, "balance_transaction", null, "type", "currency", "source", "payout:source");
}
