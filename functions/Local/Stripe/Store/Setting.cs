using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Store;

/// <summary>What stays the same while the server runs: options, data tables, the platform account's id.</summary>
internal sealed class Setting(StripeOptions options)
{
    public StripeOptions Options { get; } = options;

    /// <summary>The account that the API key belongs to.</summary>
    public string Platform { get; } = Ids.Make(options.Seed, "acct_", 0);

    public JsonObject Fees { get; } = Tables.Read("fees.json");
    public JsonObject Authorisations { get; } = Tables.Read("authorisations.json");
    public JsonObject Settlement { get; } = Tables.Read("settlement.json");
    public TestCards Cards { get; } = new(Tables.Read("cards.json"));
    public TestBanks Banks { get; } = new(Tables.Read("banks.json"));
    public JsonObject Permissions { get; } = Tables.Read("permissions.json");

    /// <summary>The API version of the events we send; it must be the one Stripe.net is pinned to.</summary>
    public string ApiVersion { get; } = Tables.Read("settlement.json").Text("apiVersion")!;
}
