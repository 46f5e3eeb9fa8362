using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>A customer at a payment link's page: open until it is paid, taken away, or a day old.</summary>
internal static class CheckoutSessions
{
    public const string ExpireJob = "expire_checkout";

    private const string Kind = "checkout.session";
    private const string IsOpen = "open";
    private const string GoodCard = "pm_card_visa";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    public static void Register(Routes routes) => routes
        .On("GET /v1/checkout/sessions", call => Page.Of(call, Kind, null, "payment_link", "payment_intent", "status"))
        .On("GET /v1/checkout/sessions/{session}", call => Require(call))
        .On("POST /v1/checkout/sessions/{session}/expire", call => Expire(call.Session, Require(call)));

    public static JsonObject New(Session session, JsonObject link)
    {
        var checkout = session.Insert(new JsonObject
        {
            ["id"] = session.NewId("cs_test_"),
            ["object"] = Kind,
            ["amount_total"] = link.Number("_amount"),
            ["created"] = session.NowSeconds,
            ["currency"] = link.Text("currency"),
            ["expires_at"] = (session.Now + Lifetime).ToUnixTimeSeconds(),
            ["livemode"] = false,
            ["metadata"] = link.Object("metadata").Copy(),
            ["mode"] = "payment",
            ["payment_intent"] = null,
            ["payment_link"] = link.Text("id"),
            ["payment_method_types"] = new JsonArray("card"),
            ["payment_status"] = "unpaid",
            ["status"] = IsOpen,
        });
        session.Schedule(session.Now + Lifetime, ExpireJob, checkout.Text("id")!);
        return checkout;
    }

    /// <summary>The customer pays. A card that is declined leaves the session open, for another.</summary>
    public static void Pay(Session session, JsonObject checkout, string? card, Uri origin)
    {
        if (checkout.Text("object") != Kind || checkout.Text("status") != IsOpen)
            throw ApiError.Invalid("This checkout session is over.", "session");
        var link = session.Require("payment_link", checkout.Text("payment_link")!);
        var intent = checkout.Text("payment_intent") is { } known
            ? session.Require("payment_intent", known)
            : Intent(session, checkout, link);
        PaymentIntentConfirmation.TakeMethod(session, intent, new JsonObject { ["payment_method"] = card ?? GoodCard });
        var method = session.Require("payment_method", intent.Text("payment_method")!);
        var answer = PaymentIntentConfirmation.Attempt(session, intent, method, false, origin);
        checkout["payment_intent"] = intent.Text("id");
        if (answer.Status == 200 && intent.Text("status") == PaymentIntents.Succeeded)
        {
            (checkout["status"], checkout["payment_status"]) = ("complete", "paid");
            session.Unschedule(ExpireJob, checkout.Text("id")!);
            PaymentLinks.Completed(session, link);
            EventLog.Emit(session, "checkout.session.completed", checkout);
        }

        session.Update(checkout);
    }

    /// <summary>It is a day old.</summary>
    public static void Lapse(Session session, string id)
    {
        if (session.Find(id) is { } checkout && checkout.Text("status") == IsOpen)
            Expire(session, checkout);
    }

    private static JsonObject Intent(Session session, JsonObject checkout, JsonObject link)
    {
        var given = link.Object("payment_intent_data").Copy() ?? [];
        given["amount"] = checkout.Number("amount_total");
        given["capture_method"] = "automatic";
        return session.Insert(PaymentIntents.New(session, given, checkout.Text("currency")!));
    }

    private static Answer Expire(Session session, JsonObject checkout)
    {
        if (checkout.Text("status") != IsOpen)
            throw ApiError.Invalid($"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of "
                + $"{checkout.Text("status")}.", "session");
        checkout["status"] = "expired";
        session.Unschedule(ExpireJob, checkout.Text("id")!);
        session.Update(checkout);
        EventLog.Emit(session, "checkout.session.expired", checkout);
        return checkout;
    }

    private static JsonObject Require(Call call) => call.Session.Require(Kind, call["session"], "session");
}
