using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Payment methods: test cards by name, token or number. A number is looked up and dropped; only the last four stay.</summary>
internal static class PaymentMethods
{
    private const long ExpiryYears = 4;

    public static void Register(Routes routes) => routes
        .On("POST /v1/payment_methods", Create)
        .On("GET /v1/payment_methods", List)
        .On("GET /v1/payment_methods/{payment_method}", call => Use(call.Session, call["payment_method"], "payment_method"))
        .On("POST /v1/payment_methods/{payment_method}", Change)
        .On("POST /v1/payment_methods/{payment_method}/attach", Attach)
        .On("POST /v1/payment_methods/{payment_method}/detach", Detach)
        .On("GET /v1/customers/{customer}/payment_methods", List)
        .On("GET /v1/customers/{customer}/payment_methods/{payment_method}", call =>
            call.Session.Require("payment_method", call["payment_method"]));

    /// <summary>The stored method, or a new one when a test name such as <c>pm_card_visa</c> is given.</summary>
    public static JsonObject Use(Session session, string id, string param)
    {
        if (session.Find(id) is { } known && known.Text("object") == "payment_method")
            return known;
        return session.Setting.Cards.ByName(id) is { } card ? Insert(session, card, null)
            : throw ApiError.Missing("PaymentMethod", id, param);
    }

    /// <summary>The method described by <c>payment_method_data</c>.</summary>
    public static JsonObject FromData(Session session, JsonObject data) => Insert(session, CardOf(session, data), data);

    public static TestCard Behaviour(Session session, JsonObject method) => session.Setting.Cards[method.Text("_card")!];

    public static JsonObject Insert(Session session, TestCard card, JsonObject? parameters, string type = "card")
    {
        var method = new JsonObject
        {
            ["id"] = session.NewId("pm_"),
            ["object"] = "payment_method",
            ["allow_redisplay"] = "unspecified",
            ["billing_details"] = parameters?.Object("billing_details").Copy() ?? new JsonObject(),
            ["created"] = session.NowSeconds,
            ["customer"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["type"] = type,
            ["_card"] = card.Name,
        };
        method[type] = Face(session, card, type, parameters?.Object("card"));
        if (parameters is not null)
            method.TakeMetadata(parameters);
        return session.Insert(method);
    }

    public static string Fingerprint(Session session, TestCard card) => Ids.Letters(card.Number, 16, session.Setting.Options.Seed);

    private static JsonObject Face(Session session, TestCard card, string type, JsonObject? given) => new()
    {
        ["brand"] = card.Brand,
        ["country"] = card.Country,
        ["exp_month"] = given?.NumberOrNull("exp_month") ?? 12,
        ["exp_year"] = given?.NumberOrNull("exp_year") ?? session.Now.Year + ExpiryYears,
        ["fingerprint"] = Fingerprint(session, card),
        ["funding"] = card.Funding,
        ["last4"] = card.Last4,
        ["networks"] = new JsonObject { ["available"] = new JsonArray(card.Brand), ["preferred"] = null },
        [type == "card" ? "wallet" : "read_method"] = type == "card" ? null : "contactless_emv",
    };

    private static TestCard CardOf(Session session, JsonObject parameters)
    {
        if (parameters.Text("type") is not "card")
            throw ApiError.Invalid("Only payment methods of type card are played by this stand-in.", "type");
        var card = parameters.Object("card") ?? throw ApiError.Invalid("Missing required param: card.", "card", "parameter_missing");
        if (card.Given("token") is { } token)
            return Tokens.CardOf(session, token);
        return ByNumber(session, card.Given("number")
            ?? throw ApiError.Invalid("Missing required param: card[number].", "card[number]", "parameter_missing"));
    }

    /// <summary>The test card with this number; a number that is none is declined as Stripe's test mode does, and never repeated.</summary>
    public static TestCard ByNumber(Session session, string number) => session.Setting.Cards.ByNumber(number)
        ?? throw new ApiError(402, "card_error", "card_declined",
            "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: "
            + "https://stripe.com/docs/testing.") { DeclineCode = "test_mode_live_card" };

    private static Answer Create(Call call) => Insert(call.Session, CardOf(call.Session, call.Parameters), call.Parameters);

    private static Answer List(Call call)
    {
        if (call.Holes.TryGetValue("customer", out var customer))
            call.Parameters["customer"] = customer;
        return Page.Of(call, "payment_method", null, "customer", "type");
    }

    private static Answer Change(Call call)
    {
        var method = call.Session.Require("payment_method", call["payment_method"], "payment_method");
        method.Take(call.Parameters, "billing_details");
        method.TakeMetadata(call.Parameters);
        call.Session.Update(method);
        return method;
    }

    private static Answer Attach(Call call) =>
        AttachTo(call.Session, Use(call.Session, call["payment_method"], "payment_method"), call.Parameters.Text("customer")!);

    public static JsonObject AttachTo(Session session, JsonObject method, string customer)
    {
        session.Require("customer", customer, "customer");
        if (method.Text("customer") is { } owner && owner != customer)
            throw ApiError.Invalid("The payment method you provided has already been attached to a customer.");
        if (method.Text("customer") == customer)
            return method;
        if (method.Text("type") != "card")
            throw ApiError.Invalid("This PaymentMethod cannot be attached to a customer.", "payment_method");
        method["customer"] = customer;
        session.Update(method);
        EventLog.Emit(session, "payment_method.attached", method);
        return method;
    }

    private static Answer Detach(Call call)
    {
        var method = call.Session.Require("payment_method", call["payment_method"], "payment_method");
        if (method.Text("customer") is null)
            throw ApiError.Invalid("The payment method you provided is not attached to a customer so detachment is impossible.");
        method["customer"] = null;
        call.Session.Update(method);
        EventLog.Emit(call.Session, "payment_method.detached", method);
        return method;
    }
}
