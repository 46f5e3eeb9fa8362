using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Confirmation: the card is asked. It approves, refuses, or wants its holder to authenticate.</summary>
internal static class PaymentIntentConfirmation
{
    /// <summary>Where a payer authenticates; the control API serves it.</summary>
    public const string AuthenticationPath = "/_authenticate/";

    public static Answer Run(Call call, JsonObject intent)
    {
        var (session, given) = (call.Session, call.Parameters);
        if (intent.Text("status") is not (PaymentIntents.NeedsMethod or PaymentIntents.NeedsConfirmation or PaymentIntents.NeedsAction))
            throw PaymentIntents.Unexpected(intent,
                $"You cannot confirm this PaymentIntent because it has already {Past(intent)} after being previously confirmed.");
        PaymentIntents.TakeTypes(intent, given);
        if (given.Given("payment_method") is not null || given.Object("payment_method_data") is not null)
            TakeMethod(session, intent, given);
        intent.Take(given, "receipt_email", "shipping", "setup_future_usage", "capture_method", "payment_method_options");
        if (intent.Text("payment_method") is not { } method)
            throw PaymentIntents.Unexpected(intent,
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
                + "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.");
        intent["_off_session"] = given["off_session"] is JsonValue off && (!off.TryGetValue(out bool flag) || flag);
        intent["_return_url"] = given.Given("return_url");
        return Attempt(session, intent, session.Require("payment_method", method), given.Flag("error_on_requires_action"), call.Origin);
    }

    /// <summary>The payer has authenticated, or would not.</summary>
    public static Answer Authenticated(Session session, JsonObject intent, bool success, Uri origin)
    {
        if (intent.Text("status") != PaymentIntents.NeedsAction)
            throw PaymentIntents.Unexpected(intent, "This PaymentIntent does not wait for authentication.");
        var method = session.Require("payment_method", intent.Text("payment_method")!);
        intent["next_action"] = null;
        intent["_authenticated"] = success;
        return success ? Attempt(session, intent, method, false, origin)
            : Refused(session, intent, method, new Decline("payment_intent_authentication_failure", null), null);
    }

    public static Answer Attempt(Session session, JsonObject intent, JsonObject method, bool failOnAction, Uri origin)
    {
        var card = PaymentMethods.Behaviour(session, method);
        if (!PaymentIntents.IsInPerson(intent) && NeedsAuthentication(intent, method, card))
        {
            return intent.Flag("_off_session") || failOnAction
                ? Refused(session, intent, method, Decline.AuthenticationRequired,
                    Charges.Attempt(session, intent, method, Decline.AuthenticationRequired))
                : AskToAuthenticate(session, intent, origin);
        }
        var decline = Declines.Of(session, card);
        var charge = Charges.Attempt(session, intent, method, decline);
        return decline is null ? Approved(session, intent, method, charge) : Refused(session, intent, method, decline, charge);
    }

    /// <summary>Puts the given method on the intent.</summary>
    public static void TakeMethod(Session session, JsonObject intent, JsonObject given)
    {
        var method = given.Object("payment_method_data") is { } data ? PaymentMethods.FromData(session, data)
            : PaymentMethods.Use(session, given.Text("payment_method")!, "payment_method");
        if (method.Text("customer") is { } owner && owner != intent.Text("customer"))
            throw ApiError.Invalid("The PaymentMethod belongs to a customer. Provide that customer in the `customer` parameter of the PaymentIntent.",
                "payment_method", "payment_intent_invalid_parameter");
        if (method.Text("type") is { } type && !Accepts(intent, type))
            throw ApiError.Invalid($"The PaymentMethod provided ({type}) is not allowed for this PaymentIntent.", "payment_method",
                "payment_intent_incompatible_payment_method");
        intent["payment_method"] = method.Text("id");
        if (intent.Text("status") == PaymentIntents.NeedsMethod)
            intent["status"] = PaymentIntents.NeedsConfirmation;
    }

    // A test card may stand for one that is held to a reader, as Stripe's own test mode allows.
    private static bool Accepts(JsonObject intent, string type) =>
        intent.Texts("payment_method_types") is { Count: > 0 } types
            && (types.Contains(type) || (type == "card" && types.Contains("card_present")));

    private static bool NeedsAuthentication(JsonObject intent, JsonObject method, TestCard card) => !intent.Flag("_authenticated")
        && card.Authentication switch
    {
        "always" => true,
        "unless_set_up" => !method.Flag("_set_up"),
        "unless_off_session" => !intent.Flag("_off_session") || !method.Flag("_set_up"),
        _ => false,
    };

    private static JsonObject AskToAuthenticate(Session session, JsonObject intent, Uri origin)
    {
        intent["status"] = PaymentIntents.NeedsAction;
        intent["next_action"] = intent.Text("_return_url") is { } back
            ? new JsonObject
            {
                ["type"] = "redirect_to_url",
                ["redirect_to_url"] = new JsonObject { ["return_url"] = back,
                    ["url"] = new Uri(origin, AuthenticationPath + intent.Text("id")).ToString() },
            }
            : new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject() };
        session.Update(intent);
        EventLog.Emit(session, "payment_intent.requires_action", intent);
        return intent;
    }

    private static JsonObject Approved(Session session, JsonObject intent, JsonObject method, JsonObject charge)
    {
        intent["latest_charge"] = charge.Text("id");
        intent["last_payment_error"] = null;
        intent["next_action"] = null;
        if (intent.Text("setup_future_usage") is { } usage && intent.Text("customer") is { } customer && method.Text("type") == "card")
        {
            method["_set_up"] = usage == "off_session" || method.Flag("_set_up");
            PaymentMethods.AttachTo(session, method, customer);
            session.Update(method);
        }
        if (PaymentIntents.IsManual(intent))
        {
            PaymentIntentCapture.Hold(session, intent, charge);
            return intent;
        }
        PaymentIntentCapture.Take(session, intent, charge, intent.Number("amount"));
        EventLog.Emit(session, "charge.succeeded", charge);
        EventLog.Emit(session, "payment_intent.succeeded", intent);
        return intent;
    }

    // A refusal is an error to the caller, and yet something that happened: the charge, the event and the intent's new state stay.
    private static Answer Refused(Session session, JsonObject intent, JsonObject method, Decline decline, JsonObject? charge)
    {
        var error = decline.ToError(new JsonObject { ["payment_method"] = method.Copy() }, charge?.Text("id"));
        intent["status"] = PaymentIntents.NeedsMethod;
        intent["payment_method"] = null;
        intent["next_action"] = null;
        intent["latest_charge"] = charge?.Text("id") ?? intent.Text("latest_charge");
        intent["last_payment_error"] = error.ToJson().Object("error").Copy();
        session.Update(intent);
        if (charge is not null)
            EventLog.Emit(session, "charge.failed", charge);
        EventLog.Emit(session, "payment_intent.payment_failed", intent);
        var body = error.ToJson();
        body.Object("error")!["payment_intent"] = intent.Copy();
        return new Answer(error.Status, body);
    }

    private static string Past(JsonObject intent) => intent.Text("status") switch
    {
        PaymentIntents.Canceled => "been canceled",
        PaymentIntents.NeedsCapture => "been authorized",
        _ => "succeeded",
    };
}
