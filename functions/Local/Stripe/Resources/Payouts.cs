using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Payouts from an account's balance to its bank: pending, in transit, then paid, or returned by the bank.</summary>
internal static class Payouts
{
    public const string ArriveJob = "payout_arrives";

    /// <summary>Sends a pending standard payout on its way; until then it can be cancelled.</summary>
    public const string SendJob = "payout_leaves";

    public static void Register(Routes routes) => routes
        .On("POST /v1/payouts", Create)
        .On("GET /v1/payouts", call => Page.Of(call, "payout", null, "status", "destination", "arrival_date"))
        .On("GET /v1/payouts/{payout}", call => Require(call))
        .On("POST /v1/payouts/{payout}", Change)
        .On("POST /v1/payouts/{payout}/cancel", Cancel);

    private static JsonObject Require(Call call) => call.Session.Require("payout", call["payout"], "payout");

    private static Answer Create(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        var (amount, currency) = (given.Number("amount"), given.Text("currency")!.ToLowerInvariant());
        if (amount < 1)
            throw ApiError.Invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer");
        var account = Accounts.Own(session);
        if (!account.Flag("payouts_enabled"))
            throw ApiError.Invalid("Cannot create payouts: this account has requirements that need to be collected.", null,
                "payouts_not_allowed");
        var bank = Bank(session, given.Given("destination"), currency);
        var instant = given.Text("method") == "instant";
        if (instant)
            CheckInstant(session, account, bank);
        var fee = instant ? Fees.OfInstantPayout(session, amount, currency) : 0;
        var own = session.IsPlatform ? fee : 0;
        var free = instant ? Balances.InstantAvailable(session, currency) : Ledger.AvailableIn(session, currency);
        if (free < amount + own)
            throw ApiError.Invalid($"You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use the "
                + $"/v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).", "amount",
                "balance_insufficient");
        var payout = New(session, given, bank, instant);
        payout["balance_transaction"] = Ledger.Record(session, new Movement("payout", -amount, currency, payout.Text("id")!, Ledger.Banks)
        {
            Fee = own,
            FeeDescription = "Instant Payout fee",
            Description = "STRIPE PAYOUT",
        }).Text("id");
        session.Insert(payout);
        if (fee > own)
            BillPlatform(session, payout, fee);
        EventLog.Emit(session, "payout.created", payout);
        var arrives = DateTimeOffset.FromUnixTimeMilliseconds(payout.Number("_arrives_ms"));
        session.Schedule(session.Now + (arrives - session.Now) / 2, SendJob, payout.Text("id")!);
        session.Schedule(arrives, ArriveJob, payout.Text("id")!);
        return payout;
    }

    // The platform is paid out to a bank that the dashboard knows; it appears when first needed.
    private static JsonObject Bank(Session session, string? destination, string currency)
    {
        var platform = session.In(session.Setting.Platform);
        if (session.IsPlatform && BankAccounts.Of(platform, session.Account).Count == 0)
        {
            var country = session.Setting.Options.Country;
            BankAccounts.Add(platform, session.Account,
                new JsonObject { ["country"] = country, ["account_number"] = country + "89370400440532013000" }, []);
        }
        if (destination is not null)
            return BankAccounts.Of(platform, session.Account).FirstOrDefault(bank => bank.Text("id") == destination)
                ?? throw ApiError.Missing("external account", destination, "destination");
        return BankAccounts.DefaultOf(platform, session.Account, currency)
            ?? throw ApiError.Invalid($"Sorry, you don't have any external accounts in that currency ({currency}).", "currency",
            "no_account");
    }

    /// <summary>Why the account cannot pay out instantly to its default bank account; null when it can.</summary>
    public static string? InstantRefusal(Session session, string currency)
    {
        var account = Accounts.Own(session);
        var bank = BankAccounts.DefaultOf(session.In(session.Setting.Platform), session.Account, currency);
        return bank is null && !session.IsPlatform ? "The account has no bank account in that currency."
            : InstantRefusal(session, account, bank);
    }

    private static string? InstantRefusal(Session session, JsonObject account, JsonObject? bank)
    {
        if (bank is not null && !bank.Texts("available_payout_methods").Contains("instant"))
            return "The bank account or debit card on file is not eligible for instant payouts.";
        var ready = DateTimeOffset.FromUnixTimeSeconds(account.Number("created")) + session.Setting.Options.InstantPayoutAccountAge;
        return !account.Flag("_platform") && session.Now < ready ? "This account is not yet eligible for instant payouts." : null;
    }

    private static void CheckInstant(Session session, JsonObject account, JsonObject bank)
    {
        if (InstantRefusal(session, account, bank) is { } reason)
            throw ApiError.Invalid(reason, "method", "instant_payouts_unsupported");
    }

    // The platform's own payout bears its fee; for a connected account the platform is billed, as Connect does.
    private static void BillPlatform(Session session, JsonObject payout, long fee) => Ledger.Record(session.In(session.Setting.Platform),
        new Movement("stripe_fee", -fee, payout.Text("currency")!, payout.Text("id")!, Ledger.Fees)
        {
            Description = "Instant Payout fee",
            ReportingCategory = "fee",
        });

    private static JsonObject New(Session session, JsonObject given, JsonObject bank, bool instant)
    {
        var arrives = Calendar.PayoutArrives(session, instant);
        var payout = new JsonObject
        {
            ["id"] = session.NewId("po_"),
            ["object"] = "payout",
            ["amount"] = given.Number("amount"),
            ["arrival_date"] = arrives.ToUnixTimeSeconds(),
            ["automatic"] = false,
            ["balance_transaction"] = null,
            ["created"] = session.NowSeconds,
            ["currency"] = given.Text("currency")!.ToLowerInvariant(),
            ["description"] = null,
            ["destination"] = bank.Text("id"),
            ["failure_balance_transaction"] = null,
            ["failure_code"] = null,
            ["failure_message"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["method"] = instant ? "instant" : "standard",
            ["original_payout"] = null,
            ["reconciliation_status"] = "not_applicable",
            ["reversed_by"] = null,
            ["source_type"] = given.Text("source_type") ?? "card",
            ["statement_descriptor"] = null,
            ["status"] = "pending",
            ["type"] = "bank_account",
            ["_arrives_ms"] = arrives.ToUnixTimeMilliseconds(),
            ["_failure"] = bank.Text("_failure"),
        };
        payout.Take(given, "description", "statement_descriptor");
        payout.TakeMetadata(given);
        return payout;
    }

    public static void Leave(Session session, string id)
    {
        if (session.Find(id) is not { } payout || payout.Text("status") != "pending")
            return;
        payout["status"] = "in_transit";
        session.Update(payout);
        EventLog.Emit(session, "payout.updated", payout);
    }

    public static void Arrive(Session session, string id)
    {
        if (session.Find(id) is not { } payout || payout.Text("status") is not ("pending" or "in_transit"))
            return;
        if (payout.Text("_failure") is { } failure)
        {
            Fail(session, payout, failure);
            return;
        }
        payout["status"] = "paid";
        payout["arrival_date"] = session.NowSeconds;
        session.Update(payout);
        EventLog.Emit(session, "payout.paid", payout);
    }

    /// <summary>The bank returned it: the money is back on the balance. A paid payout may still be returned, days later.</summary>
    public static void Fail(Session session, JsonObject payout, string failure)
    {
        if (payout.Text("status") is "failed" or "canceled")
            throw ApiError.Invalid($"The payout is {payout.Text("status")} already; its money is back.", "payout");
        payout["status"] = "failed";
        payout["failure_code"] = failure;
        payout["failure_message"] = session.Setting.Banks.FailureMessage(failure);
        payout["failure_balance_transaction"] = Return(session, payout, "payout_failure");
        session.Update(payout);
        EventLog.Emit(session, "payout.failed", payout);
    }

    private static Answer Cancel(Call call)
    {
        var payout = Require(call);
        if (payout.Text("status") != "pending" || payout.Text("method") == "instant")
            throw ApiError.Invalid($"Payouts can only be canceled while they are pending; this one is {payout.Text("status")}.",
                "payout", "payout_not_cancelable");
        payout["status"] = "canceled";
        payout["failure_balance_transaction"] = Return(call.Session, payout, "payout_cancel");
        call.Session.Update(payout);
        EventLog.Emit(call.Session, "payout.canceled", payout);
        return payout;
    }

    private static string Return(Session session, JsonObject payout, string type) => Ledger.Record(session,
        new Movement(type, payout.Number("amount"), payout.Text("currency")!, payout.Text("id")!, Ledger.Banks)).Text("id")!;

    private static Answer Change(Call call)
    {
        var payout = Require(call);
        payout.TakeMetadata(call.Parameters);
        call.Session.Update(payout);
        EventLog.Emit(call.Session, "payout.updated", payout);
        return payout;
    }
}
