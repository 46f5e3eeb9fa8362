using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Links to a page where a customer pays a sum that was fixed beforehand. Each opening of the page is a checkout session.</summary>
internal static class PaymentLinks
{
    /// <summary>Where links point; the control API serves it.</summary>
    public const string PagePath = "/_pay/";

    private const string Kind = "payment_link";

    public static void Register(Routes routes) => routes
        .On("POST /v1/payment_links", Create)
        .On("GET /v1/payment_links", call => Page.Of(call, Kind, null, "active"))
        .On("GET /v1/payment_links/{payment_link}", call => Require(call))
        .On("POST /v1/payment_links/{payment_link}", Change);

    /// <summary>A customer has the page before them.</summary>
    public static JsonObject Open(Session session, JsonObject link)
    {
        if (link.Text("object") != Kind)
            throw ApiError.Missing("payment link", link.Text("id")!, "payment_link");
        if (!link.Flag("active"))
            throw ApiError.Invalid("This payment link is no longer active.", "payment_link");
        return CheckoutSessions.New(session, link);
    }

    /// <summary>A customer opens the page and pays.</summary>
    public static void Pay(Session session, JsonObject link, string? card, Uri origin) =>
        CheckoutSessions.Pay(session, Open(session, link), card, origin);

    /// <summary>One of its sessions is complete: past its limit it takes no more.</summary>
    public static void Completed(Session session, JsonObject link)
    {
        if (link.Path("restrictions", "completed_sessions") is not { } limited)
            return;
        limited["count"] = limited.Number("count") + 1;
        if (limited.Number("count") >= limited.Number("limit"))
            link["active"] = false;
        session.Update(link);
        EventLog.Emit(session, "payment_link.updated", link);
    }

    private static JsonObject Require(Call call) => call.Session.Require(Kind, call["payment_link"], "payment_link");

    private static Answer Create(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        var items = given.Array("line_items")!.Select(item => item!.AsObject()).ToList();
        var prices = items.Select(item => item.Object("price_data")!).ToList();
        var currency = prices[0].Text("currency")!.ToLowerInvariant();
        if (prices.Exists(price => !string.Equals(price.Text("currency"), currency, StringComparison.OrdinalIgnoreCase)))
            throw ApiError.Invalid("All prices of a payment link must be in one currency.", "line_items");
        var amount = items.Zip(prices).Sum(pair => checked(pair.First.Number("quantity") * pair.Second.Number("unit_amount")));
        Authorisations.CheckAmount(session, amount, currency);
        var id = session.NewId("plink_");
        var link = new JsonObject
        {
            ["id"] = id,
            ["object"] = Kind,
            ["active"] = true,
            ["currency"] = currency,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["payment_intent_data"] = given.Object("payment_intent_data").Copy(),
            ["payment_method_types"] = new JsonArray("card"),
            ["restrictions"] = given.Path("restrictions", "completed_sessions") is { } limited
                ? new JsonObject { ["completed_sessions"] = new JsonObject { ["count"] = 0, ["limit"] = limited.Number("limit") } }
                : null,
            ["url"] = new Uri(call.Origin, PagePath + id).ToString(),
            ["_amount"] = amount,
        };
        link.TakeMetadata(given);
        session.Insert(link);
        EventLog.Emit(session, "payment_link.created", link);
        return link;
    }

    private static Answer Change(Call call)
    {
        var link = Require(call);
        link.Take(call.Parameters, "active");
        link.TakeMetadata(call.Parameters);
        call.Session.Update(link);
        EventLog.Emit(call.Session, "payment_link.updated", link);
        return link;
    }
}
