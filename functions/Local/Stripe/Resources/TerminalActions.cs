using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>What a reader is told to do, and what comes of it when a card is held to it.</summary>
internal static class TerminalActions
{
    /// <summary>A simulated customer holds a card to the reader by itself.</summary>
    public const string PresentJob = "reader_presents";

    private const string Collect = "collect_payment_method";
    private const string ConfirmOnly = "confirm_payment_intent";
    private const string Process = "process_payment_intent";
    private const string RefundCard = "refund_payment";
    private const string Display = "set_reader_display";

    public static void Register(Routes routes) => routes
        .On("POST /v1/terminal/readers/{reader}/process_payment_intent", call => Payment(call, Process))
        .On("POST /v1/terminal/readers/{reader}/collect_payment_method", call => Payment(call, Collect))
        .On("POST /v1/terminal/readers/{reader}/confirm_payment_intent", Confirm)
        .On("POST /v1/terminal/readers/{reader}/refund_payment", Refund)
        .On("POST /v1/terminal/readers/{reader}/set_reader_display", Show)
        .On("POST /v1/terminal/readers/{reader}/cancel_action", Cancel)
        .On("POST /v1/test_helpers/terminal/readers/{reader}/present_payment_method", Present)
        .On("POST /v1/test_helpers/terminal/readers/{reader}/timeout_input_collection", TimeOut);

    private static Answer Payment(Call call, string type)
    {
        var (session, reader) = (call.Session, Free(call));
        var intent = session.Require("payment_intent", call.Parameters.Text("payment_intent")!, "payment_intent");
        if (!PaymentIntents.IsInPerson(intent))
            throw ApiError.Invalid("The PaymentIntent must allow the payment method type card_present.", "payment_intent",
                "payment_intent_invalid_parameter");
        if (intent.Text("status") is not (PaymentIntents.NeedsMethod or PaymentIntents.NeedsConfirmation))
            throw PaymentIntents.Unexpected(intent,
                $"The PaymentIntent has a status of {intent.Text("status")} and cannot be processed by a reader.");
        var detail = new JsonObject { ["payment_intent"] = intent.Text("id") };
        if (call.Parameters.Object("process_config") is { } config)
            detail["process_config"] = config.Copy();
        return Begin(session, reader, type, detail);
    }

    private static Answer Confirm(Call call)
    {
        var (session, reader) = (call.Session, Free(call));
        var intent = session.Require("payment_intent", call.Parameters.Text("payment_intent")!, "payment_intent");
        if (intent.Text("status") != PaymentIntents.NeedsConfirmation)
            throw PaymentIntents.Unexpected(intent, "The PaymentIntent has no payment method that a reader collected.");
        Begin(session, reader, ConfirmOnly, new JsonObject { ["payment_intent"] = intent.Text("id") });
        Finish(session, reader, Attempt(session, intent, session.Require("payment_method", intent.Text("payment_method")!), call.Origin));
        return reader;
    }

    private static Answer Refund(Call call)
    {
        var (session, reader, given) = (call.Session, Free(call), call.Parameters);
        var id = given.Given("charge") ?? session.Require("payment_intent", given.Given("payment_intent")
            ?? throw ApiError.Invalid("One of payment_intent or charge is required.", "payment_intent", "parameter_missing"),
            "payment_intent").Text("latest_charge");
        var charge = session.Require("charge", id ?? "", "charge");
        var detail = new JsonObject
        {
            ["amount"] = given.NumberOrNull("amount") ?? charge.Number("amount_captured") - charge.Number("amount_refunded"),
            ["charge"] = charge.Text("id"),
            ["payment_intent"] = charge.Text("payment_intent"),
            ["metadata"] = given.Object("metadata").Copy() ?? [],
        };
        return Begin(session, reader, RefundCard, detail);
    }

    private static Answer Show(Call call)
    {
        var reader = Free(call);
        Begin(call.Session, reader, Display, new JsonObject { ["type"] = "cart", ["cart"] = call.Parameters.Object("cart").Copy() });
        Finish(call.Session, reader, null);
        return reader;
    }

    private static Answer Cancel(Call call)
    {
        var reader = TerminalReaders.Require(call);
        if (reader.Object("action") is not null)
        {
            call.Session.Unschedule(PresentJob, reader.Text("id")!);
            reader["action"] = null;
            call.Session.Update(reader);
        }
        return reader;
    }

    private static Answer Present(Call call)
    {
        var reader = TerminalReaders.Require(call);
        if (reader.Object("action")?.Text("status") != "in_progress")
            throw ApiError.Invalid("The reader is not waiting for a card.", "reader");
        var number = call.Parameters.Object("card_present")?.Given("number");
        Presented(call.Session, reader, number is null ? call.Session.Setting.Cards["visa"]
            : PaymentMethods.ByNumber(call.Session, number), call.Origin);
        return reader;
    }

    private static Answer TimeOut(Call call)
    {
        var reader = TerminalReaders.Require(call);
        if (reader.Object("action")?.Text("status") == "in_progress")
            Finish(call.Session, reader,
                new JsonObject { ["code"] = "customer_input_timeout", ["message"] = "The customer did not present a card in time." });
        return reader;
    }

    /// <summary>The simulated customer, when the options ask for one.</summary>
    public static void PresentByItself(Session session, string readerId)
    {
        if (session.Find(readerId) is { } reader && reader.Object("action")?.Text("status") == "in_progress")
            Presented(session, reader, session.Setting.Cards["de"], new Uri("http://localhost"));
    }

    private static void Presented(Session session, JsonObject reader, TestCard card, Uri origin)
    {
        var action = reader.Object("action")!;
        var type = action.Text("type")!;
        if (type == RefundCard)
        {
            RefundTo(session, reader, action.Object(type)!);
            return;
        }
        var intent = session.Require("payment_intent", action.Object(type)!.Text("payment_intent")!);
        var method = PaymentMethods.Insert(session, card, null, "card_present");
        intent["payment_method"] = method.Text("id");
        intent["_reader"] = reader.Text("id");
        intent["status"] = PaymentIntents.NeedsConfirmation;
        session.Update(intent);
        Finish(session, reader, type == Collect ? null : Attempt(session, intent, method, origin));
    }

    private static void RefundTo(Session session, JsonObject reader, JsonObject detail)
    {
        var charge = session.Require("charge", detail.Text("charge")!);
        try
        {
            detail["refund"] = Refunds.Make(session, charge, detail.Number("amount"), detail).Text("id");
            Finish(session, reader, null);
        }
        catch (ApiError error)
        {
            Finish(session, reader, error.ToJson().Object("error"));
        }
    }

    /// <returns>The error of a refusal, or null.</returns>
    private static JsonObject? Attempt(Session session, JsonObject intent, JsonObject method, Uri origin) =>
        PaymentIntentConfirmation.Attempt(session, intent, method, false, origin).Body.Object("error");

    private static JsonObject Free(Call call)
    {
        var reader = TerminalReaders.Require(call);
        if (reader.Object("action")?.Text("status") == "in_progress" && reader.Object("action")?.Text("type") != Display)
            throw new ApiError(400, "invalid_request_error", "terminal_reader_busy",
                "Reader is currently busy processing another request. Please reference the "
                + "integration guide at https://stripe.com/docs/terminal for details on how to handle this error.");
        return reader.Text("status") == "online" ? reader
            : throw new ApiError(400, "invalid_request_error", "terminal_reader_offline",
            "Reader is currently offline, please ensure the reader is powered on and connected.");
    }

    private static JsonObject Begin(Session session, JsonObject reader, string type, JsonObject detail)
    {
        reader["action"] = new JsonObject
        {
            ["failure_code"] = null,
            ["failure_message"] = null,
            [type] = detail,
            ["status"] = "in_progress",
            ["type"] = type,
        };
        session.Update(reader);
        if (session.Setting.Options.ReaderPresentsAfter is { } wait && (type is Process or Collect or RefundCard))
            session.Schedule(session.Now + wait, PresentJob, reader.Text("id")!);
        return reader;
    }

    private static void Finish(Session session, JsonObject reader, JsonObject? error)
    {
        var action = reader.Object("action")!;
        action["status"] = error is null ? "succeeded" : "failed";
        action["failure_code"] = error?.Text("code");
        action["failure_message"] = error?.Text("message");
        session.Unschedule(PresentJob, reader.Text("id")!);
        session.Update(reader);
        EventLog.Emit(session, error is null ? "terminal.reader.action_succeeded" : "terminal.reader.action_failed", reader);
    }
}
