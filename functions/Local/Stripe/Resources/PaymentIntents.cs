using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Payment intents: their making, changing and cancelling. Confirmation and capture have files of their own.</summary>
internal static class PaymentIntents
{
    public const string NeedsMethod = "requires_payment_method";
    public const string NeedsConfirmation = "requires_confirmation";
    public const string NeedsAction = "requires_action";
    public const string NeedsCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";

    private static readonly string[] Settable =
    [
        "description", "receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
        "setup_future_usage",
        "customer", "payment_method_options", "capture_method",
    ];

    private static readonly string[] Open = [NeedsMethod, NeedsConfirmation, NeedsAction];

    public static void Register(Routes routes) => routes
        .On("POST /v1/payment_intents", Create)
        .On("GET /v1/payment_intents", call => Page.Of(call, "payment_intent", null, "customer"))
        .On("GET /v1/payment_intents/{intent}", Read)
        .On("POST /v1/payment_intents/{intent}", Change)
        .On("POST /v1/payment_intents/{intent}/confirm", call => PaymentIntentConfirmation.Run(call, Require(call)))
        .On("POST /v1/payment_intents/{intent}/capture", call => PaymentIntentCapture.Run(call, Require(call)))
        .On("POST /v1/payment_intents/{intent}/increment_authorization", PaymentIntentCapture.Increment)
        .On("POST /v1/payment_intents/{intent}/cancel", Cancel);

    public static JsonObject Require(Call call) => call.Session.Require("payment_intent", call["intent"], "intent");

    public static bool IsManual(JsonObject intent) => intent.Text("capture_method") is "manual" or "manual_preferred";

    public static bool IsInPerson(JsonObject intent) => intent.Texts("payment_method_types").Contains("card_present");

    public static ApiError Unexpected(JsonObject intent, string message) =>
        new(400, "invalid_request_error", "payment_intent_unexpected_state", message)
        { Attached = new JsonObject { ["payment_intent"] = intent.Copy() } };

    private static Answer Create(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        NotPlayed.Refuse(given, "application_fee_amount", "transfer_data", "on_behalf_of");
        var currency = given.Text("currency")!.ToLowerInvariant();
        Authorisations.CheckAmount(session, given.Number("amount"), currency);
        if (given.Given("customer") is { } customer)
            session.Require("customer", customer, "customer");
        var intent = session.Insert(New(session, given, currency));
        EventLog.Emit(session, "payment_intent.created", intent);
        if (given.Given("payment_method") is not null || given.Object("payment_method_data") is not null)
            PaymentIntentConfirmation.TakeMethod(session, intent, given);
        session.Update(intent);
        return given.Flag("confirm") ? PaymentIntentConfirmation.Run(call, intent) : intent;
    }

    public static JsonObject New(Session session, JsonObject given, string currency)
    {
        var id = session.NewId("pi_");
        var intent = new JsonObject
        {
            ["id"] = id,
            ["object"] = "payment_intent",
            ["amount"] = given.Number("amount"),
            ["amount_capturable"] = 0,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = 0,
            ["application"] = null,
            ["application_fee_amount"] = null,
            ["automatic_payment_methods"] = given.Object("automatic_payment_methods").Copy(),
            ["canceled_at"] = null,
            ["cancellation_reason"] = null,
            ["capture_method"] = "automatic_async",
            ["client_secret"] = session.SecretOf(id),
            ["confirmation_method"] = given.Text("confirmation_method") ?? "automatic",
            ["created"] = session.NowSeconds,
            ["currency"] = currency,
            ["customer"] = null,
            ["description"] = null,
            ["last_payment_error"] = null,
            ["latest_charge"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray("card"),
            ["processing"] = null,
            ["receipt_email"] = null,
            ["review"] = null,
            ["setup_future_usage"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = null,
            ["status"] = NeedsMethod,
            ["transfer_data"] = null,
            ["transfer_group"] = null,
        };
        intent.Take(given, Settable);
        TakeTypes(intent, given);
        intent.TakeMetadata(given);
        return intent;
    }

    /// <summary><c>allowed_payment_method_types</c> is the newer name of <c>payment_method_types</c>; the answer carries both.</summary>
    public static void TakeTypes(JsonObject intent, JsonObject given)
    {
        foreach (var name in (ReadOnlySpan<string>)["payment_method_types", "allowed_payment_method_types"])
        {
            if (given.Array(name) is not { Count: > 0 } types)
                continue;
            intent["payment_method_types"] = types.Copy();
            intent["allowed_payment_method_types"] = types.Copy();
        }
    }

    private static Answer Read(Call call)
    {
        var intent = Require(call);
        if (call.Parameters.Given("client_secret") is { } secret && secret != intent.Text("client_secret"))
            throw ApiError.Invalid("The client_secret provided does not match the client_secret associated with the PaymentIntent.",
                "client_secret",
                "payment_intent_invalid_parameter");
        return intent;
    }

    private static Answer Change(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        NotPlayed.Refuse(given, "application_fee_amount", "transfer_data");
        var intent = Require(call);
        var status = intent.Text("status")!;
        foreach (var locked in (ReadOnlySpan<string>)["amount", "currency", "payment_method", "capture_method", "customer"])
        {
            if (given.ContainsKey(locked) && !Open.Contains(status))
                throw Unexpected(intent,
                    $"This PaymentIntent's {locked} could not be updated because it has a status of {status}. You may only update the "
                    + $"{locked} of a PaymentIntent with one of the following statuses: {string.Join(", ", Open)}.");
        }
        if (given.NumberOrNull("amount") is { } amount)
        {
            Authorisations.CheckAmount(session, amount, given.Given("currency") ?? intent.Text("currency")!);
            intent["amount"] = amount;
        }
        intent.Take(given, Settable);
        intent.Take(given, "currency");
        TakeTypes(intent, given);
        intent.TakeMetadata(given);
        if (given.Given("payment_method") is not null || given.Object("payment_method_data") is not null)
            PaymentIntentConfirmation.TakeMethod(session, intent, given);
        session.Update(intent);
        return intent;
    }

    private static Answer Cancel(Call call)
    {
        var intent = Require(call);
        if (intent.Text("status") is Succeeded or Canceled)
            throw Unexpected(intent,
                $"You cannot cancel this PaymentIntent because it has a status of {intent.Text("status")}. Only a PaymentIntent with one "
                + "of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.");
        PaymentIntentCapture.Void(call.Session, intent, call.Parameters.Given("cancellation_reason"));
        return intent;
    }
}
