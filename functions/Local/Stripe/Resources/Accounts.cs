using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Connected accounts (custom and express) and the platform's own.</summary>
internal static class Accounts
{
    private static readonly string[] Fields = ["business_type", "email", "default_currency"];
    private static readonly string[] Groups = ["business_profile", "company", "individual", "settings", "tos_acceptance"];

    public static void Register(Routes routes) => routes
        .On("GET /v1/account", call => Own(call.Session))
        .On("POST /v1/accounts", Create)
        .On("GET /v1/accounts", call => Page.Of(call, "account"))
        .On("GET /v1/accounts/{account}", call => Require(call))
        .On("POST /v1/accounts/{account}", Change)
        .On("DELETE /v1/accounts/{account}", Delete)
        .On("POST /v1/accounts/{account}/reject", Reject)
        .On("GET /v1/accounts/{account}/capabilities", Capabilities.List)
        .On("GET /v1/accounts/{account}/capabilities/{capability}", Capabilities.Read)
        .On("POST /v1/accounts/{account}/capabilities/{capability}", Capabilities.Change)
        .On("POST /v1/account_links", AccountLinks.Create)
        .On("POST /v1/accounts/{account}/login_links", AccountLinks.Login);

    /// <summary>The account in the path; a connected account may also read itself.</summary>
    public static JsonObject Require(Call call) => Find(call.Session, call["account"])
        ?? throw ApiError.Forbidden($"The provided key does not have access to account '{call["account"]}' (or that account does not exist). "
            + "Application access may have been revoked.", "account_invalid");

    public static JsonObject? Find(Session session, string id)
    {
        if (id == session.Setting.Platform)
            return Own(session.In(id));
        var found = session.FindAnywhere(id);
        return found?.Text("object") == "account" && !found.Flag("deleted") && (session.IsPlatform || session.Account == id) ? found : null;
    }

    public static string CurrencyIn(Session session, string country)
    {
        var table = session.Setting.Settlement.Object("defaultCurrency")!;
        return table.Text(country) ?? table.Text("default")!;
    }

    public static string CurrencyOf(Session session) => Own(session).Text("default_currency")!;

    /// <summary>The account the session is seen from.</summary>
    public static JsonObject Own(Session session)
    {
        if (session.FindAnywhere(session.Account) is { } known)
            return known;
        var platform = New(session, session.Account, session.Setting.Options.Country, "standard");
        foreach (var may in (ReadOnlySpan<string>)["details_submitted", "charges_enabled", "payouts_enabled"])
            platform[may] = true;
        platform["business_profile"] = new JsonObject { ["name"] = "Marquee" };
        platform["_platform"] = true;
        return session.Insert(platform);
    }

    /// <summary>Works out again what is missing and what the account may do, and says so when it changed.</summary>
    public static void Review(Session session, JsonObject account)
    {
        if (account.Flag("_platform"))
            return;
        var owner = session.In(session.Setting.Platform);
        var before = account.ToJsonString();
        Requirements.Assess(owner, account);
        account["external_accounts"] = Page.Inline(BankAccounts.Of(owner, account.Text("id")!),
            $"/v1/accounts/{account.Text("id")}/external_accounts");
        owner.Update(account);
        if (before != account.ToJsonString())
            EventLog.Emit(session.In(account.Text("id")!), "account.updated", account);
    }

    private static Answer Create(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        if (!session.IsPlatform)
            throw ApiError.Forbidden("Only the platform creates accounts.", "account_invalid");
        var type = given.Text("type") ?? (given.Object("controller") is { } controller
            ? controller.Object("stripe_dashboard")?.Text("type") == "express" ? "express" : "custom"
            : throw ApiError.Invalid("Missing required param: type.", "type", "parameter_missing"));
        var account = New(session, session.NewId("acct_"), given.Given("country") ?? session.Setting.Options.Country, type);
        var requested = new JsonObject(Capabilities.RequestedIn(given)
            .Select(name => KeyValuePair.Create<string, JsonNode?>(name, "inactive")));
        account["capabilities"] = requested;
        Apply(account, given);
        session.Insert(account);
        if (given["external_account"] is { } external && (external is JsonObject || given.Given("external_account") is not null))
            BankAccounts.Add(session, account.Text("id")!, external, []);
        Review(session, account);
        return account;
    }

    private static JsonObject New(Session session, string id, string country, string type) => new()
    {
        ["id"] = id,
        ["object"] = "account",
        ["business_profile"] = new JsonObject(),
        ["business_type"] = null,
        ["capabilities"] = new JsonObject(),
        ["charges_enabled"] = false,
        ["controller"] = new JsonObject
        {
            ["fees"] = new JsonObject { ["payer"] = type == "standard" ? "account" : "application_" + type },
            ["is_controller"] = true,
            ["losses"] = new JsonObject { ["payments"] = type == "standard" ? "stripe" : "application" },
            ["requirement_collection"] = type == "custom" ? "application" : "stripe",
            ["stripe_dashboard"] = new JsonObject { ["type"] = type switch { "custom" => "none", "express" => "express", _ => "full" } },
            ["type"] = "application",
        },
        ["country"] = country,
        ["created"] = session.NowSeconds,
        ["default_currency"] = CurrencyIn(session, country),
        ["details_submitted"] = false,
        ["email"] = null,
        ["external_accounts"] = Page.Inline([], $"/v1/accounts/{id}/external_accounts"),
        ["metadata"] = new JsonObject(),
        ["payouts_enabled"] = false,
        ["requirements"] = Requirements.None(),
        ["settings"] = new JsonObject { ["payouts"] = new JsonObject { ["schedule"] = new JsonObject { ["interval"] = "manual" } } },
        ["tos_acceptance"] = new JsonObject(),
        ["type"] = type,
    };

    private static void Apply(JsonObject account, JsonObject given)
    {
        account.Take(given, Fields);
        foreach (var group in Groups)
        {
            if (given.Object(group) is not { } changes)
                continue;
            var merged = account.Object(group).Copy() ?? [];
            foreach (var (name, value) in changes)
                merged[name] = value.Copy();
            // A number that identifies a person or a company is not kept; that it was given is.
            foreach (var secret in (ReadOnlySpan<string>)["id_number", "ssn_last_4", "tax_id", "vat_id"])
            {
                if (merged.Remove(secret))
                    merged[secret + "_provided"] = true;
            }
            account[group] = merged;
        }
        account.TakeMetadata(given);
    }

    private static Answer Change(Call call)
    {
        var account = Require(call);
        if (account.Flag("_rejected"))
            throw ApiError.Invalid("This account has been rejected.", "account", "account_invalid");
        Apply(account, call.Parameters);
        foreach (var (name, requested) in Capabilities.ChangesIn(call.Parameters))
            Capabilities.Set(account, name, requested);
        call.Session.In(call.Session.Setting.Platform).Update(account);
        if (call.Parameters["external_account"] is { } external
            && (external is JsonObject || call.Parameters.Given("external_account") is not null))
            BankAccounts.Add(call.Session.In(call.Session.Setting.Platform), account.Text("id")!, external,
                new JsonObject { ["default_for_currency"] = true });
        Review(call.Session, account);
        return account;
    }

    private static Answer Delete(Call call)
    {
        var account = Require(call);
        var session = call.Session.In(account.Text("id")!);
        if (Ledger.Currencies(session).Any(currency => Ledger.AvailableIn(session, currency) + Ledger.PendingIn(session, currency) != 0))
            throw ApiError.Invalid("This account can't be deleted because it has a non-zero balance.", null, "account_invalid");
        account["deleted"] = true;
        call.Session.Update(account);
        return new JsonObject { ["id"] = account.Text("id"), ["object"] = "account", ["deleted"] = true };
    }

    private static Answer Reject(Call call)
    {
        var account = Require(call);
        account["_rejected"] = true;
        account["_rejected_reason"] = call.Parameters.Text("reason");
        Review(call.Session, account);
        return account;
    }
}
