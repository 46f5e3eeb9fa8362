using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>External accounts: where payouts go. The number is looked up in the table of test accounts and dropped.</summary>
internal static class BankAccounts
{
    public static void Register(Routes routes)
    {
        foreach (var path in (ReadOnlySpan<string>)["external_accounts", "bank_accounts"])
        {
            routes
                .On($"POST /v1/accounts/{{account}}/{path}", Create)
                .On($"GET /v1/accounts/{{account}}/{path}/{{id}}", call => Find(call))
                .On($"POST /v1/accounts/{{account}}/{path}/{{id}}", Change)
                .On($"DELETE /v1/accounts/{{account}}/{path}/{{id}}", Delete);
        }
        routes.On("GET /v1/accounts/{account}/external_accounts", call =>
            Page.Of(call with { Session = call.Session.In(call.Session.Setting.Platform) }, "bank_account",
                Accounts.Require(call).Text("id")));
    }

    public static IReadOnlyList<JsonObject> Of(Session session, string account) => session.Children(account, "bank_account");

    public static JsonObject? DefaultOf(Session session, string account, string currency)
    {
        var mine = Of(session, account);
        return mine.FirstOrDefault(bank => bank.Text("currency") == currency && bank.Flag("default_for_currency"))
            ?? mine.FirstOrDefault(bank => bank.Text("currency") == currency);
    }

    /// <summary>What is kept of bank details: last four digits, a keyed fingerprint and how the test account behaves.</summary>
    public static JsonObject Describe(Session session, JsonObject given)
    {
        var number = given.Text("account_number")!.Replace(" ", "", StringComparison.Ordinal);
        if (number.Length < 4)
            throw ApiError.Invalid("Invalid account number", "external_account[account_number]", "account_number_invalid");
        var (failure, instant) = session.Setting.Banks.Of(number);
        return new JsonObject
        {
            ["country"] = given.Text("country"),
            ["currency"] = given.Given("currency") ?? Accounts.CurrencyIn(session, given.Text("country")!),
            ["account_holder_name"] = given.Given("account_holder_name"),
            ["account_holder_type"] = given.Given("account_holder_type"),
            ["available_payout_methods"] = instant ? new JsonArray("standard", "instant") : new JsonArray("standard"),
            ["bank_name"] = "STRIPE TEST BANK",
            ["fingerprint"] = Ids.Letters(number, 16, session.Setting.Options.Seed),
            ["last4"] = number[^4..],
            ["routing_number"] = given.Given("routing_number") ?? "110000000",
            ["_failure"] = failure,
        };
    }

    /// <param name="session">Seen from the platform, which owns connected accounts.</param>
    /// <param name="account">Whose bank account it is.</param>
    /// <param name="external"><c>external_account</c> as given: a token or the details.</param>
    /// <param name="parameters">Beside it: <c>default_for_currency</c>, <c>metadata</c>.</param>
    public static JsonObject Add(Session session, string account, JsonNode external, JsonObject parameters)
    {
        var bank = external is JsonObject details
            ? Describe(session, details)
            : Tokens.BankOf(session, external.GetValue<string>()).Copy()!;
        var currency = bank.Text("currency")!.ToLowerInvariant();
        var first = Of(session, account).All(other => other.Text("currency") != currency);
        bank["id"] = session.NewId("ba_");
        bank["object"] = "bank_account";
        bank["account"] = account;
        bank["currency"] = currency;
        bank["default_for_currency"] = first || parameters.Flag("default_for_currency");
        bank["metadata"] = new JsonObject();
        bank["status"] = "new";
        bank.TakeMetadata(parameters);
        if (!first && parameters.Flag("default_for_currency"))
            Demote(session, account, currency);
        session.Insert(bank, account);
        EventLog.Emit(session.In(account), "account.external_account.created", bank);
        return bank;
    }

    private static void Demote(Session session, string account, string currency)
    {
        foreach (var other in Of(session, account).Where(other => other.Text("currency") == currency && other.Flag("default_for_currency")))
        {
            other["default_for_currency"] = false;
            session.Update(other);
        }
    }

    private static JsonObject Find(Call call)
    {
        var account = Accounts.Require(call).Text("id")!;
        return Of(call.Session, account).FirstOrDefault(bank => bank.Text("id") == call["id"])
            ?? throw ApiError.Missing("external account", call["id"], "id");
    }

    private static Answer Create(Call call)
    {
        var account = Accounts.Require(call);
        var external = call.Parameters["external_account"] ?? call.Parameters["bank_account"]
            ?? throw ApiError.Invalid("Missing required param: external_account.", "external_account", "parameter_missing");
        var bank = Add(call.Session, account.Text("id")!, external, call.Parameters);
        Accounts.Review(call.Session, account);
        return bank;
    }

    private static Answer Change(Call call)
    {
        var bank = Find(call);
        if (call.Parameters.Flag("default_for_currency"))
        {
            Demote(call.Session, bank.Text("account")!, bank.Text("currency")!);
            bank["default_for_currency"] = true;
        }
        bank.Take(call.Parameters, "account_holder_name", "account_holder_type");
        bank.TakeMetadata(call.Parameters);
        call.Session.Update(bank);
        EventLog.Emit(call.Session.In(bank.Text("account")!), "account.external_account.updated", bank);
        return bank;
    }

    private static Answer Delete(Call call)
    {
        var bank = Find(call);
        var others = Of(call.Session, bank.Text("account")!).Count(other => other.Text("currency") == bank.Text("currency")) - 1;
        if (bank.Flag("default_for_currency") && others > 0)
            throw ApiError.Invalid("You cannot delete the default external account for your default currency. Please make another external account the "
                + "default using the `default_for_currency` param, and then delete this one.");
        call.Session.Delete(bank.Text("id")!);
        EventLog.Emit(call.Session.In(bank.Text("account")!), "account.external_account.deleted", bank);
        Accounts.Review(call.Session, Accounts.Require(call));
        return new JsonObject { ["id"] = bank.Text("id"), ["object"] = "bank_account", ["deleted"] = true };
    }
}
