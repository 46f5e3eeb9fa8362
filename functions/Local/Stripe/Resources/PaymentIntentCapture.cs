using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>What becomes of an authorisation: held, captured whole or in part, raised, voided, or expired.</summary>
internal static class PaymentIntentCapture
{
    public const string ExpireJob = "expire_authorisation";

    public static void Hold(Session session, JsonObject intent, JsonObject charge)
    {
        intent["status"] = PaymentIntents.NeedsCapture;
        intent["amount_capturable"] = intent.Number("amount");
        session.Update(intent);
        session.Schedule(DateTimeOffset.FromUnixTimeSeconds(CaptureBefore(charge)), ExpireJob, intent.Text("id")!);
        EventLog.Emit(session, "charge.succeeded", charge);
        EventLog.Emit(session, "payment_intent.amount_capturable_updated", intent);
    }

    public static Answer Run(Call call, JsonObject intent)
    {
        var (session, given) = (call.Session, call.Parameters);
        NotPlayed.Refuse(given, "application_fee_amount", "transfer_data");
        if (given.FlagOrNull("final_capture") == false)
            throw new ApiError(400, "invalid_request_error", "capture_unsupported_payment_method",
                "Multicapture is not available for this card.", "final_capture");
        if (intent.Text("status") != PaymentIntents.NeedsCapture)
            throw PaymentIntents.Unexpected(intent,
                $"This PaymentIntent could not be captured because it has a status of {intent.Text("status")}. Only a PaymentIntent "
                + "with one of the following statuses may be captured: requires_capture.");
        var amount = given.NumberOrNull("amount_to_capture") ?? given.NumberOrNull("amount") ?? intent.Number("amount_capturable");
        if (amount < 1)
            throw ApiError.Invalid("This value must be greater than or equal to 1.", "amount_to_capture", "parameter_invalid_integer");
        if (amount > intent.Number("amount_capturable"))
            throw ApiError.Invalid("Payment intent capture amount is greater than the amount authorized. Please update the amount to capture.", "amount_to_capture",
                "amount_too_large");
        intent.TakeMetadata(given);
        intent.Take(given, "statement_descriptor", "statement_descriptor_suffix");
        var charge = session.Require("charge", intent.Text("latest_charge")!);
        session.Unschedule(ExpireJob, intent.Text("id")!);
        Take(session, intent, charge, amount);
        EventLog.Emit(session, "charge.captured", charge);
        EventLog.Emit(session, "payment_intent.succeeded", intent);
        return call.Operation.Template.StartsWith("/v1/charges", StringComparison.Ordinal) ? charge : intent;
    }

    /// <summary>Captures; what is left of the authorisation is released.</summary>
    public static void Take(Session session, JsonObject intent, JsonObject charge, long amount)
    {
        intent["status"] = PaymentIntents.Succeeded;
        intent["latest_charge"] = charge.Text("id");
        intent["amount_capturable"] = 0;
        intent["amount_received"] = amount;
        charge["captured"] = true;
        charge["amount_captured"] = amount;
        session.Update(intent);
        session.Update(charge);
        var delay = session.Setting.Options.AsyncCaptureDelay;
        if (intent.Text("capture_method") == "automatic_async" && delay > TimeSpan.Zero)
            session.Schedule(session.Now + delay, Charges.BookJob, charge.Text("id")!);
        else
            Charges.Book(session, charge);
    }

    public static Answer Increment(Call call)
    {
        var (session, intent) = (call.Session, PaymentIntents.Require(call));
        NotPlayed.Refuse(call.Parameters, "application_fee_amount", "transfer_data");
        if (intent.Text("status") != PaymentIntents.NeedsCapture)
            throw PaymentIntents.Unexpected(intent,
                $"This PaymentIntent's authorization could not be incremented because it has a status of {intent.Text("status")}.");
        if (!PaymentIntents.IsInPerson(intent))
            throw ApiError.Invalid("This PaymentIntent is not eligible for incremental authorization.", null,
                "payment_intent_invalid_parameter");
        var amount = call.Parameters.Number("amount");
        if (amount <= intent.Number("amount"))
            throw ApiError.Invalid("The amount must be greater than the currently authorized amount.", "amount", "amount_too_small");
        Authorisations.CheckAmount(session, amount, intent.Text("currency")!);
        var charge = session.Require("charge", intent.Text("latest_charge")!);
        if (Declines.Of(session, session.Setting.Cards[charge.Text("_card")!]) is { } decline)
            return new Answer(402, decline.ToError(new JsonObject { ["payment_intent"] = intent.Copy() }, charge.Text("id")).ToJson());
        intent["amount"] = amount;
        intent["amount_capturable"] = amount;
        intent.Take(call.Parameters, "description", "statement_descriptor");
        intent.TakeMetadata(call.Parameters);
        charge["amount"] = amount;
        charge.Path("payment_method_details", "card_present")!["amount_authorized"] = amount;
        session.Update(intent);
        session.Update(charge);
        EventLog.Emit(session, "payment_intent.amount_capturable_updated", intent);
        return intent;
    }

    /// <summary>Cancels the intent and releases what it holds.</summary>
    public static void Void(Session session, JsonObject intent, string? reason)
    {
        var held = intent.Text("status") == PaymentIntents.NeedsCapture ? session.Require("charge", intent.Text("latest_charge")!) : null;
        intent["status"] = PaymentIntents.Canceled;
        intent["canceled_at"] = session.NowSeconds;
        intent["cancellation_reason"] = reason;
        intent["amount_capturable"] = 0;
        intent["next_action"] = null;
        session.Update(intent);
        session.Unschedule(ExpireJob, intent.Text("id")!);
        if (held is not null)
        {
            // Stripe shows a released authorisation as a charge that was never captured and is wholly refunded.
            held["refunded"] = true;
            held["amount_refunded"] = held.Number("amount");
            session.Update(held);
            EventLog.Emit(session, reason == "automatic" ? "charge.expired" : "charge.refunded", held);
        }
        EventLog.Emit(session, "payment_intent.canceled", intent);
    }

    public static void Expire(Session session, string intentId)
    {
        if (session.Find(intentId) is { } intent && intent.Text("status") == PaymentIntents.NeedsCapture)
            Void(session, intent, "automatic");
    }

    private static long CaptureBefore(JsonObject charge)
    {
        var details = charge.Object("payment_method_details")!;
        return details.Object(details.Text("type")!)!.Number("capture_before");
    }
}
