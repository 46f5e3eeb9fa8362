using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Refunds, whole or in part. The processing fee does not come back. A balance may go below zero by them.</summary>
internal static class Refunds
{
    public const string FinishJob = "refund_finishes";

    public static void Register(Routes routes) => routes
        .On("POST /v1/refunds", Create)
        .On("GET /v1/refunds", call => Page.Of(call, "refund", null, "charge", "payment_intent"))
        .On("GET /v1/refunds/{refund}", call => call.Session.Require("refund", call["refund"], "refund"))
        .On("POST /v1/refunds/{refund}", Change)
        .On("POST /v1/refunds/{refund}/cancel", Cancel)
        .On("GET /v1/charges/{charge}/refunds", call => Page.Of(call, "refund", call["charge"]));

    private static Answer Create(Call call)
    {
        var charge = ChargeOf(call.Session, call.Parameters);
        foreach (var name in (ReadOnlySpan<string>)["reverse_transfer", "refund_application_fee"])
        {
            if (call.Parameters.Flag(name))
                throw ApiError.Invalid($"Cannot {name.Replace('_', ' ')} for this charge: it has none.", name);
        }
        return Make(call.Session, charge, call.Parameters.NumberOrNull("amount"), call.Parameters);
    }

    /// <param name="session">The account of the charge.</param>
    /// <param name="charge">A captured charge.</param>
    /// <param name="wanted">Minor units; what is left when null.</param>
    /// <param name="given"><c>reason</c> and <c>metadata</c> are taken from it.</param>
    public static JsonObject Make(Session session, JsonObject charge, long? wanted, JsonObject given)
    {
        var left = charge.Number("amount_captured") - charge.Number("amount_refunded");
        var id = charge.Text("id")!;
        if (!charge.Flag("captured") && charge.Flag("refunded") || charge.Flag("captured") && left == 0)
            throw ApiError.Invalid($"Charge {id} has already been refunded.", null, "charge_already_refunded");
        if (!charge.Flag("captured"))
            throw ApiError.Invalid("This charge has not been captured; cancel its PaymentIntent instead.", "charge",
                "charge_not_refundable");
        if (charge.Flag("disputed"))
            throw ApiError.Invalid($"Charge {id} has been charged back; cannot issue a refund.", null, "charge_disputed");
        var amount = wanted ?? left;
        if (amount < 1)
            throw ApiError.Invalid("Invalid positive integer", "amount", "parameter_invalid_integer");
        if (amount > left)
            throw ApiError.Invalid($"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount",
                "refund_amount_exceeds_charge");
        var behaviour = session.Setting.Cards[charge.Text("_card")!].Refund;
        var refund = New(session, charge, amount, behaviour == "pending" ? "pending" : "succeeded", given);
        refund["balance_transaction"] = Ledger.Record(session,
            new Movement("refund", -amount, charge.Text("currency")!, refund.Text("id")!, Ledger.Cards)
        {
            AvailableOn = MaturesWith(session, charge),
            Description = "REFUND FOR CHARGE",
        }).Text("id");
        session.Insert(refund, id);
        Count(session, charge, amount);
        if (behaviour is not null)
            session.Schedule(Calendar.FundsAvailable(session), FinishJob, refund.Text("id")!);
        EventLog.Emit(session, "refund.created", refund);
        EventLog.Emit(session, "charge.refunded", charge);
        return refund;
    }

    /// <summary>What the test card promised: a pending refund succeeds, another one fails after all.</summary>
    public static void Finish(Session session, string id)
    {
        if (session.Find(id) is not { } refund)
            return;
        if (refund.Text("status") == "pending")
        {
            refund["status"] = "succeeded";
            session.Update(refund);
            EventLog.Emit(session, "refund.updated", refund);
            EventLog.Emit(session, "charge.refund.updated", refund);
            return;
        }
        Undo(session, refund, "failed");
        refund["failure_reason"] = "expired_or_canceled_card";
        session.Update(refund);
        EventLog.Emit(session, "refund.failed", refund);
        EventLog.Emit(session, "charge.refund.updated", refund);
    }

    private static void Undo(Session session, JsonObject refund, string status)
    {
        var amount = refund.Number("amount");
        refund["status"] = status;
        refund["failure_balance_transaction"] = Ledger.Record(session,
            new Movement("refund_failure", amount, refund.Text("currency")!, refund.Text("id")!, Ledger.Cards)).Text("id");
        session.Update(refund);
        Count(session, session.Require("charge", refund.Text("charge")!), -amount);
    }

    private static void Count(Session session, JsonObject charge, long amount)
    {
        charge["amount_refunded"] = charge.Number("amount_refunded") + amount;
        charge["refunded"] = charge.Number("amount_refunded") == charge.Number("amount_captured");
        session.Update(charge);
    }

    // A charge that is not settled yet is refunded out of the pending funds it brought.
    private static DateTimeOffset? MaturesWith(Session session, JsonObject charge)
    {
        if (charge.Text("balance_transaction") is not { } id || session.Find(id) is not { } txn || txn.Text("status") != "pending")
            return null;
        return DateTimeOffset.FromUnixTimeSeconds(txn.Number("available_on"));
    }

    private static JsonObject New(Session session, JsonObject charge, long amount, string status, JsonObject given)
    {
        var refund = new JsonObject
        {
            ["id"] = session.NewId("re_"),
            ["object"] = "refund",
            ["amount"] = amount,
            ["balance_transaction"] = null,
            ["charge"] = charge.Text("id"),
            ["created"] = session.NowSeconds,
            ["currency"] = charge.Text("currency"),
            ["destination_details"] = new JsonObject
            {
                ["type"] = "card",
                ["card"] = new JsonObject { ["type"] = "refund", ["reference_status"] = "pending",
                    ["reference_type"] = "acquirer_reference_number" },
            },
            ["metadata"] = new JsonObject(),
            ["payment_intent"] = charge.Text("payment_intent"),
            ["reason"] = given.Given("reason"),
            ["receipt_number"] = null,
            ["source_transfer_reversal"] = null,
            ["status"] = status,
            ["transfer_reversal"] = null,
        };
        refund.TakeMetadata(given);
        return refund;
    }

    private static JsonObject ChargeOf(Session session, JsonObject given)
    {
        if (given.Given("charge") is { } charge)
            return session.Require("charge", charge, "charge");
        if (given.Given("payment_intent") is not { } id)
            throw ApiError.Invalid("One of the following params should be provided for this request: payment_intent or charge.",
                "charge", "parameter_missing");
        var intent = session.Require("payment_intent", id, "payment_intent");
        return intent.Text("latest_charge") is { } latest && intent.Text("status") == PaymentIntents.Succeeded
            ? session.Require("charge", latest)
            : throw ApiError.Invalid($"This PaymentIntent ({id}) does not have a successful charge to refund.", "payment_intent",
            "payment_intent_unexpected_state");
    }

    private static Answer Change(Call call)
    {
        var refund = call.Session.Require("refund", call["refund"], "refund");
        refund.TakeMetadata(call.Parameters);
        call.Session.Update(refund);
        EventLog.Emit(call.Session, "refund.updated", refund);
        return refund;
    }

    private static Answer Cancel(Call call)
    {
        var refund = call.Session.Require("refund", call["refund"], "refund");
        if (refund.Text("status") is not ("pending" or "requires_action"))
            throw ApiError.Invalid($"Refunds with a status of {refund.Text("status")} cannot be canceled.", "refund");
        call.Session.Unschedule(FinishJob, refund.Text("id")!);
        Undo(call.Session, refund, "canceled");
        EventLog.Emit(call.Session, "refund.updated", refund);
        return refund;
    }
}
