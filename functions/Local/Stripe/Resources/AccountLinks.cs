using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Links into onboarding. Here the form is a page of this server that fills itself in: opening it completes the account.</summary>
internal static class AccountLinks
{
    /// <summary>Where onboarding links point; the control API serves it.</summary>
    public const string OnboardingPath = "/_onboarding/";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public static Answer Create(Call call)
    {
        var session = call.Session;
        var account = Accounts.Find(session, call.Parameters.Text("account")!)
            ?? throw ApiError.Missing("account", call.Parameters.Text("account")!, "account");
        if (account.Text("type") == "standard")
            throw ApiError.Invalid("You cannot create an account link for a standard account.", "account");
        foreach (var name in (ReadOnlySpan<string>)["refresh_url", "return_url"])
        {
            if (call.Parameters.Given(name) is null)
                throw ApiError.Invalid($"Missing required param: {name}.", name, "parameter_missing");
        }
        account["_return_url"] = call.Parameters.Text("return_url");
        session.Update(account);
        return new JsonObject
        {
            ["object"] = "account_link",
            ["created"] = session.NowSeconds,
            ["expires_at"] = (session.Now + Lifetime).ToUnixTimeSeconds(),
            ["url"] = new Uri(call.Origin, OnboardingPath + account.Text("id")).ToString(),
        };
    }

    public static Answer Login(Call call)
    {
        var account = Accounts.Require(call);
        if (account.Text("type") != "express")
            throw ApiError.Invalid("Cannot create a login link for an account that is not an Express account.", "account");
        return new JsonObject
        {
            ["object"] = "login_link",
            ["created"] = call.Session.NowSeconds,
            ["url"] = new Uri(call.Origin, OnboardingPath + account.Text("id")).ToString(),
        };
    }

    /// <summary>The creator has filled in Stripe's form. A bank account is added when there is none.</summary>
    /// <returns>Where to go back to; null when the link's owner named no place.</returns>
    public static string? Complete(Session platform, string accountId)
    {
        var account = Accounts.Find(platform, accountId) ?? throw ApiError.Missing("account", accountId, "account");
        account["_onboarded"] = true;
        if (BankAccounts.Of(platform, accountId).Count == 0)
        {
            var country = account.Text("country")!;
            BankAccounts.Add(platform, accountId,
                new JsonObject { ["country"] = country, ["account_number"] = country + "89370400440532013000" }, []);
        }
        Accounts.Review(platform, account);
        return account.Text("_return_url");
    }
}
