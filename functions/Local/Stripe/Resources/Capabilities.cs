using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>What an account asked to be allowed to do.</summary>
internal static class Capabilities
{
    public static IEnumerable<(string Name, bool Requested)> ChangesIn(JsonObject parameters) =>
        (parameters.Object("capabilities") ?? []).Where(entry => entry.Value?["requested"] is not null)
            .Select(entry => (entry.Key, entry.Value!["requested"]!.GetValue<bool>()));

    public static IEnumerable<string> RequestedIn(JsonObject parameters) =>
        ChangesIn(parameters).Where(change => change.Requested).Select(change => change.Name);

    public static void Set(JsonObject account, string name, bool requested)
    {
        var capabilities = account.Object("capabilities")!;
        if (!requested)
            capabilities.Remove(name);
        else if (!capabilities.ContainsKey(name))
            capabilities[name] = "inactive";
    }

    public static Answer List(Call call)
    {
        var account = Accounts.Require(call);
        return Page.Inline(account.Object("capabilities")!.Select(entry => Describe(account, entry.Key)), call.Path);
    }

    public static Answer Read(Call call)
    {
        var account = Accounts.Require(call);
        return account.Object("capabilities")!.ContainsKey(call["capability"]) ? Describe(account, call["capability"])
            : throw ApiError.Missing("capability", call["capability"], "capability");
    }

    public static Answer Change(Call call)
    {
        var account = Accounts.Require(call);
        if (call.Parameters.FlagOrNull("requested") is { } requested)
            Set(account, call["capability"], requested);
        Accounts.Review(call.Session, account);
        return Describe(account, call["capability"]);
    }

    private static JsonObject Describe(JsonObject account, string name) => new()
    {
        ["id"] = name,
        ["object"] = "capability",
        ["account"] = account.Text("id"),
        ["requested"] = account.Object("capabilities")!.ContainsKey(name),
        ["requested_at"] = account.Number("created"),
        ["requirements"] = account.Object("requirements").Copy(),
        ["status"] = account.Object("capabilities")!.Text(name) ?? "unrequested",
    };
}
