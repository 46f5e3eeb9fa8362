using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Charges: each is one attempt of a payment intent.</summary>
internal static class Charges
{
    /// <summary>Books an <c>automatic_async</c> capture.</summary>
    public const string BookJob = "book_charge";

    public static void Register(Routes routes) => routes
        .On("GET /v1/charges", call => Page.Of(call, "charge", null, "customer", "payment_intent", "transfer_group"))
        .On("GET /v1/charges/{charge}", call => call.Session.Require("charge", call["charge"], "charge"))
        .On("POST /v1/charges/{charge}", Change)
        .On("POST /v1/charges/{charge}/capture", call => PaymentIntentCapture.Run(call, IntentOf(call)));

    /// <summary>An attempt on a card: approved (authorised) or, with a decline, failed.</summary>
    public static JsonObject Attempt(Session session, JsonObject intent, JsonObject method, Decline? decline)
    {
        var card = PaymentMethods.Behaviour(session, method);
        var inPerson = PaymentIntents.IsInPerson(intent);
        var charge = new JsonObject
        {
            ["id"] = session.NewId("ch_"),
            ["object"] = "charge",
            ["amount"] = intent.Number("amount"),
            ["amount_captured"] = 0,
            ["amount_refunded"] = 0,
            ["application"] = null,
            ["application_fee_amount"] = null,
            ["balance_transaction"] = null,
            ["billing_details"] = method.Object("billing_details").Copy(),
            ["calculated_statement_descriptor"] = "MARQUEE",
            ["captured"] = false,
            ["created"] = session.NowSeconds,
            ["currency"] = intent.Text("currency"),
            ["customer"] = intent.Text("customer"),
            ["description"] = intent.Text("description"),
            ["destination"] = null,
            ["disputed"] = false,
            ["failure_balance_transaction"] = null,
            ["failure_code"] = decline?.Code,
            ["failure_message"] = decline?.Message,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = false,
            ["metadata"] = intent.Object("metadata").Copy() ?? [],
            ["on_behalf_of"] = null,
            ["outcome"] = Outcome(decline),
            ["paid"] = decline is null,
            ["payment_intent"] = intent.Text("id"),
            ["payment_method"] = method.Text("id"),
            ["payment_method_details"] = Details(session, intent, method, card, inPerson),
            ["receipt_email"] = intent.Text("receipt_email"),
            ["receipt_url"] = null,
            ["refunded"] = false,
            ["review"] = null,
            ["shipping"] = intent.Object("shipping").Copy(),
            ["source"] = null,
            ["source_transfer"] = null,
            ["statement_descriptor"] = intent.Text("statement_descriptor"),
            ["statement_descriptor_suffix"] = intent.Text("statement_descriptor_suffix"),
            ["status"] = decline is null ? "succeeded" : "failed",
            ["transfer_data"] = null,
            ["transfer_group"] = intent.Text("transfer_group"),
        };
        charge["_card"] = card.Name;
        return session.Insert(charge, intent.Text("id"));
    }

    /// <summary>Captured money reaches the balance: the charge's balance transaction, less the fee.</summary>
    public static void Book(Session session, JsonObject charge)
    {
        var details = charge.Object("payment_method_details")!;
        var type = details.Text("type")!;
        var card = session.Setting.Cards[charge.Text("_card")!];
        var amount = charge.Number("amount_captured");
        var txn = Ledger.Record(session, new Movement("charge", amount, charge.Text("currency")!, charge.Text("id")!, Ledger.Cards)
        {
            Fee = Fees.OfCard(session, type, details.Object(type)?.Text("country") ?? "US", amount, charge.Text("currency")!),
            AvailableOn = card.BypassesPending ? null : Calendar.FundsAvailable(session),
            Description = charge.Text("description"),
        });
        charge["balance_transaction"] = txn.Text("id");
        session.Update(charge);
        if (card.Dispute is { } reason)
            Disputes.Open(session, charge, reason);
    }

    public static void BookLater(Session session, string chargeId)
    {
        if (session.Find(chargeId) is not { } charge || charge.Text("balance_transaction") is not null)
            return;
        Book(session, charge);
        EventLog.Emit(session, "charge.updated", charge, new JsonObject { ["balance_transaction"] = null });
    }

    private static JsonObject Outcome(Decline? decline) => new()
    {
        ["network_status"] = decline is null ? "approved_by_network" : "declined_by_network",
        ["reason"] = decline?.DeclineCode ?? decline?.Code,
        ["risk_level"] = decline?.DeclineCode == "fraudulent" ? "highest" : "normal",
        ["risk_score"] = decline?.DeclineCode == "fraudulent" ? 92 : 18,
        ["seller_message"] = decline is null ? "Payment complete." : "The bank returned the decline code `"
            + (decline.DeclineCode ?? decline.Code) + "`.",
        ["type"] = decline is null ? "authorized" : "issuer_declined",
    };

    private static JsonObject Details(Session session, JsonObject intent, JsonObject method, TestCard card, bool inPerson)
    {
        var type = inPerson ? "card_present" : "card";
        var face = method.Object(method.Text("type")!)!;
        var details = new JsonObject
        {
            ["amount_authorized"] = intent.Number("amount"),
            ["brand"] = card.Brand,
            ["country"] = card.Country,
            ["exp_month"] = face.Number("exp_month"),
            ["exp_year"] = face.Number("exp_year"),
            ["fingerprint"] = face.Text("fingerprint"),
            ["funding"] = card.Funding,
            ["last4"] = card.Last4,
            ["network"] = card.Brand,
        };
        if (PaymentIntents.IsManual(intent))
        {
            var extended = intent.Path("payment_method_options", "card_present")?.Flag("request_extended_authorization") ?? false;
            details["capture_before"] = Authorisations.CaptureBefore(session, card.Brand, inPerson, intent.Flag("_off_session"), extended)
                .ToUnixTimeSeconds();
        }
        if (inPerson)
        {
            details["incremental_authorization_supported"] = true;
            details["overcapture_supported"] = false;
            details["read_method"] = "contactless_emv";
            details["reader"] = intent.Text("_reader");
            details["receipt"] = new JsonObject
            {
                ["account_type"] = card.Funding,
                ["application_preferred_name"] = card.Brand.ToUpperInvariant(),
                ["authorization_code"] = "123456",
                ["authorization_response_code"] = "3030",
                ["dedicated_file_name"] = "A0000000031010",
            };
        }
        else
        {
            details["checks"] = new JsonObject { ["address_line1_check"] = null, ["address_postal_code_check"] = null,
                ["cvc_check"] = "pass" };
            details["three_d_secure"] = intent.Flag("_authenticated")
                ? new JsonObject { ["authenticated"] = true, ["result"] = "authenticated" } : null;
        }
        return new JsonObject { [type] = details, ["type"] = type };
    }

    private static JsonObject IntentOf(Call call)
    {
        var charge = call.Session.Require("charge", call["charge"], "charge");
        return charge.Text("payment_intent") is { } intent ? call.Session.Require("payment_intent", intent)
            : throw ApiError.Invalid("This charge was not created by a PaymentIntent.", "charge");
    }

    private static Answer Change(Call call)
    {
        var charge = call.Session.Require("charge", call["charge"], "charge");
        charge.Take(call.Parameters, "description", "receipt_email", "shipping", "fraud_details", "transfer_group");
        charge.TakeMetadata(call.Parameters);
        call.Session.Update(charge);
        EventLog.Emit(call.Session, "charge.updated", charge);
        return charge;
    }
}
