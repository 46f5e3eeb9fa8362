using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>What an account still has to tell before it may take payments and be paid out.</summary>
internal static class Requirements
{
    private static readonly string[] Individual = ["first_name", "last_name", "dob", "email", "address"];

    public static JsonObject None() => new()
    {
        ["alternatives"] = new JsonArray(),
        ["current_deadline"] = null,
        ["currently_due"] = new JsonArray(),
        ["disabled_reason"] = null,
        ["errors"] = new JsonArray(),
        ["eventually_due"] = new JsonArray(),
        ["past_due"] = new JsonArray(),
        ["pending_verification"] = new JsonArray(),
    };

    public static void Assess(Session session, JsonObject account)
    {
        var due = Due(session, account).ToList();
        var complete = due.Count == 0 && !account.Flag("_rejected");
        var requirements = None();
        requirements["currently_due"] = Names(due);
        requirements["eventually_due"] = Names(due);
        requirements["past_due"] = Names(due);
        requirements["disabled_reason"] = account.Flag("_rejected") ? "rejected." + account.Text("_rejected_reason")
            : due.Count > 0 ? "requirements.past_due" : null;
        account["requirements"] = requirements;
        var capabilities = account.Object("capabilities")!;
        foreach (var name in capabilities.Select(entry => entry.Key).ToList())
            capabilities[name] = complete ? "active" : "inactive";
        account["details_submitted"] = account.Flag("_onboarded") || due.All(name => name == "external_account");
        account["charges_enabled"] = complete && capabilities.ContainsKey("card_payments");
        account["payouts_enabled"] = complete && capabilities.Count > 0;
    }

    private static JsonArray Names(IEnumerable<string> due) => new([.. due.Select(name => JsonValue.Create(name))]);

    private static IEnumerable<string> Due(Session session, JsonObject account)
    {
        // Who went through Stripe's own form has told it all; what it asked for is not ours to see.
        if (!account.Flag("_onboarded"))
        {
            foreach (var name in account.Text("type") == "custom" ? OwnForm(account) : ["tos_acceptance.date"])
                yield return name;
        }
        if (BankAccounts.Of(session, account.Text("id")!).Count == 0)
            yield return "external_account";
    }

    private static IEnumerable<string> OwnForm(JsonObject account)
    {
        if (account.Text("business_type") is not { } type)
            yield return "business_type";
        else if (type == "individual")
        {
            foreach (var field in Individual.Where(field => account.Object("individual")?[field] is null))
                yield return "individual." + field;
        }
        else if (account.Object("company")?["name"] is null)
            yield return "company.name";
        if (account.Object("tos_acceptance")?["date"] is null)
            yield return "tos_acceptance.date";
        if (account.Object("business_profile") is not { } profile || (profile["url"] is null && profile["product_description"] is null))
            yield return "business_profile.url";
    }
}
