using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Setup intents: a card saved now to be charged later, as a group-buy beyond the authorisation window needs it.</summary>
internal static class SetupIntents
{
    private static readonly string[] Settable = ["customer", "description", "payment_method_options", "usage"];

    public static void Register(Routes routes) => routes
        .On("POST /v1/setup_intents", Create)
        .On("GET /v1/setup_intents", call => Page.Of(call, "setup_intent", null, "customer", "payment_method"))
        .On("GET /v1/setup_intents/{intent}", call => Require(call))
        .On("POST /v1/setup_intents/{intent}", Change)
        .On("POST /v1/setup_intents/{intent}/confirm", call => Confirm(call, Require(call)))
        .On("POST /v1/setup_intents/{intent}/cancel", Cancel);

    private static JsonObject Require(Call call) => call.Session.Require("setup_intent", call["intent"], "intent");

    private static ApiError Unexpected(JsonObject intent, string verb) => new(400, "invalid_request_error", "setup_intent_unexpected_state",
        $"You cannot {verb} this SetupIntent because it has a status of {intent.Text("status")}.")
    { Attached = new JsonObject { ["setup_intent"] = intent.Copy() } };

    private static Answer Create(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        NotPlayed.Refuse(given, "on_behalf_of", "single_use");
        if (given.Given("customer") is { } customer)
            session.Require("customer", customer, "customer");
        var id = session.NewId("seti_");
        var intent = new JsonObject
        {
            ["id"] = id,
            ["object"] = "setup_intent",
            ["application"] = null,
            ["automatic_payment_methods"] = given.Object("automatic_payment_methods").Copy(),
            ["cancellation_reason"] = null,
            ["client_secret"] = session.SecretOf(id),
            ["created"] = session.NowSeconds,
            ["customer"] = null,
            ["description"] = null,
            ["last_setup_error"] = null,
            ["latest_attempt"] = null,
            ["livemode"] = false,
            ["mandate"] = null,
            ["metadata"] = new JsonObject(),
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray("card"),
            ["status"] = PaymentIntents.NeedsMethod,
            ["usage"] = "off_session",
        };
        intent.Take(given, Settable);
        PaymentIntents.TakeTypes(intent, given);
        intent.TakeMetadata(given);
        TakeMethod(session, intent, given);
        session.Insert(intent);
        EventLog.Emit(session, "setup_intent.created", intent);
        return given.Flag("confirm") ? Confirm(call, intent) : intent;
    }

    private static void TakeMethod(Session session, JsonObject intent, JsonObject given)
    {
        if (given.Given("payment_method") is null && given.Object("payment_method_data") is null)
            return;
        var method = given.Object("payment_method_data") is { } data ? PaymentMethods.FromData(session, data)
            : PaymentMethods.Use(session, given.Text("payment_method")!, "payment_method");
        intent["payment_method"] = method.Text("id");
        intent["status"] = PaymentIntents.NeedsConfirmation;
    }

    private static Answer Change(Call call)
    {
        var intent = Require(call);
        if (intent.Text("status") is PaymentIntents.Succeeded or PaymentIntents.Canceled)
            throw Unexpected(intent, "update");
        intent.Take(call.Parameters, Settable);
        PaymentIntents.TakeTypes(intent, call.Parameters);
        intent.TakeMetadata(call.Parameters);
        TakeMethod(call.Session, intent, call.Parameters);
        call.Session.Update(intent);
        return intent;
    }

    private static Answer Confirm(Call call, JsonObject intent)
    {
        if (intent.Text("status") is PaymentIntents.Succeeded or PaymentIntents.Canceled)
            throw Unexpected(intent, "confirm");
        TakeMethod(call.Session, intent, call.Parameters);
        if (intent.Text("payment_method") is not { } id)
            throw new ApiError(400, "invalid_request_error", "setup_intent_unexpected_state",
                "You cannot confirm this SetupIntent because it's missing a payment method.");
        var method = call.Session.Require("payment_method", id, "payment_method");
        var card = PaymentMethods.Behaviour(call.Session, method);
        if (card.Authentication is not null && !intent.Flag("_authenticated"))
            return AskToAuthenticate(call, intent);
        return Declines.Of(call.Session, card) is { } decline && card.Name != "chargeCustomerFail"
            ? Refused(call.Session, intent, method, decline) : Succeed(call.Session, intent, method);
    }

    private static JsonObject AskToAuthenticate(Call call, JsonObject intent)
    {
        intent["status"] = PaymentIntents.NeedsAction;
        intent["_return_url"] = call.Parameters.Given("return_url");
        intent["next_action"] = intent.Text("_return_url") is { } back
            ? new JsonObject
            {
                ["type"] = "redirect_to_url",
                ["redirect_to_url"] = new JsonObject
                {
                    ["return_url"] = back,
                    ["url"] = new Uri(call.Origin, PaymentIntentConfirmation.AuthenticationPath + intent.Text("id")).ToString(),
                },
            }
            : new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject() };
        call.Session.Update(intent);
        EventLog.Emit(call.Session, "setup_intent.requires_action", intent);
        return intent;
    }

    /// <summary>The holder has authenticated, or would not.</summary>
    public static void Authenticated(Session session, JsonObject intent, bool success)
    {
        if (intent.Text("status") != PaymentIntents.NeedsAction)
            throw Unexpected(intent, "authenticate");
        intent["_authenticated"] = success;
        var method = session.Require("payment_method", intent.Text("payment_method")!);
        if (success)
            Succeed(session, intent, method);
        else
            Refused(session, intent, method, new Decline("setup_intent_authentication_failure", null));
    }

    private static JsonObject Succeed(Session session, JsonObject intent, JsonObject method)
    {
        method["_set_up"] = intent.Text("usage") == "off_session";
        session.Update(method);
        if (intent.Text("customer") is { } customer)
            PaymentMethods.AttachTo(session, method, customer);
        intent["status"] = PaymentIntents.Succeeded;
        intent["next_action"] = null;
        intent["last_setup_error"] = null;
        session.Update(intent);
        EventLog.Emit(session, "setup_intent.succeeded", intent);
        return intent;
    }

    private static Answer Refused(Session session, JsonObject intent, JsonObject method, Decline decline)
    {
        var error = decline.ToError(new JsonObject { ["payment_method"] = method.Copy() });
        intent["status"] = PaymentIntents.NeedsMethod;
        intent["payment_method"] = null;
        intent["next_action"] = null;
        intent["last_setup_error"] = error.ToJson().Object("error").Copy();
        session.Update(intent);
        EventLog.Emit(session, "setup_intent.setup_failed", intent);
        var body = error.ToJson();
        body.Object("error")!["setup_intent"] = intent.Copy();
        return new Answer(error.Status, body);
    }

    private static Answer Cancel(Call call)
    {
        var intent = Require(call);
        if (intent.Text("status") is PaymentIntents.Succeeded or PaymentIntents.Canceled)
            throw Unexpected(intent, "cancel");
        intent["status"] = PaymentIntents.Canceled;
        intent["cancellation_reason"] = call.Parameters.Given("cancellation_reason");
        intent["next_action"] = null;
        call.Session.Update(intent);
        EventLog.Emit(call.Session, "setup_intent.canceled", intent);
        return intent;
    }
}
