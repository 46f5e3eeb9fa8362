using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Disputes: the money and a fee are taken when one opens, the money comes back when it is won.</summary>
internal static class Disputes
{
    public const string LapseJob = "dispute_lapses";

    /// <summary>Uncategorized evidence that decides a test dispute at once, as in Stripe's test mode.</summary>
    private const string WinningEvidence = "winning_evidence";
    private const string LosingEvidence = "losing_evidence";

    private static readonly TimeSpan EvidenceWindow = TimeSpan.FromDays(9);

    public static void Register(Routes routes) => routes
        .On("GET /v1/disputes", call => Page.Of(call, "dispute", null, "charge", "payment_intent"))
        .On("GET /v1/disputes/{dispute}", call => Require(call))
        .On("POST /v1/disputes/{dispute}", Answer)
        .On("POST /v1/disputes/{dispute}/close", Close);

    private static JsonObject Require(Call call) => call.Session.Require("dispute", call["dispute"], "dispute");

    public static void Open(Session session, JsonObject charge, string reason)
    {
        var amount = charge.Number("amount_captured") - charge.Number("amount_refunded");
        if (charge.Flag("disputed") || amount <= 0)
            throw ApiError.Invalid("There is nothing on this charge to dispute.", "charge");
        var inquiry = reason == "inquiry";
        var dispute = session.Insert(new JsonObject
        {
            ["id"] = session.NewId("du_"),
            ["object"] = "dispute",
            ["amount"] = amount,
            ["balance_transactions"] = new JsonArray(),
            ["charge"] = charge.Text("id"),
            ["created"] = session.NowSeconds,
            ["currency"] = charge.Text("currency"),
            ["enhanced_eligibility_types"] = new JsonArray(),
            ["evidence"] = new JsonObject(),
            ["evidence_details"] = new JsonObject
            {
                ["due_by"] = (session.Now + EvidenceWindow).ToUnixTimeSeconds(),
                ["has_evidence"] = false,
                ["past_due"] = false,
                ["submission_count"] = 0,
            },
            ["is_charge_refundable"] = inquiry,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["payment_intent"] = charge.Text("payment_intent"),
            ["reason"] = inquiry ? "fraudulent" : reason,
            ["status"] = inquiry ? "warning_needs_response" : "needs_response",
        }, charge.Text("id"));
        charge["disputed"] = true;
        session.Update(charge);
        session.Schedule(session.Now + EvidenceWindow, LapseJob, dispute.Text("id")!);
        EventLog.Emit(session, "charge.dispute.created", dispute);
        if (inquiry)
            return;
        Book(session, dispute, -dispute.Number("amount"), Fees.OfDispute(session, dispute.Text("currency")!), "dispute");
        EventLog.Emit(session, "charge.dispute.funds_withdrawn", dispute);
    }

    /// <summary>The card network has decided.</summary>
    public static void Decide(Session session, JsonObject dispute, bool won)
    {
        if (dispute.Text("status") is "won" or "lost" or "warning_closed")
            throw ApiError.Invalid($"This dispute is already closed ({dispute.Text("status")}).", "dispute");
        var inquiry = dispute.Text("status")!.StartsWith("warning", StringComparison.Ordinal);
        dispute["status"] = inquiry ? "warning_closed" : won ? "won" : "lost";
        session.Update(dispute);
        session.Unschedule(LapseJob, dispute.Text("id")!);
        if (won && !inquiry)
        {
            Book(session, dispute, dispute.Number("amount"), 0, "dispute_reversal");
            EventLog.Emit(session, "charge.dispute.funds_reinstated", dispute);
        }
        EventLog.Emit(session, "charge.dispute.closed", dispute);
    }

    /// <summary>Nobody answered in time.</summary>
    public static void Lapse(Session session, string id)
    {
        if (session.Find(id) is { } dispute && dispute.Text("status") is "needs_response" or "warning_needs_response")
            Decide(session, session.Require("dispute", id), won: false);
    }

    private static void Book(Session session, JsonObject dispute, long amount, long fee, string category)
    {
        var txn = Ledger.Record(session, new Movement("adjustment", amount, dispute.Text("currency")!, dispute.Text("id")!, Ledger.Cards)
        {
            Fee = fee,
            FeeDescription = "Dispute fee",
            Description = amount < 0 ? "Chargeback withdrawal" : "Chargeback reversal",
            ReportingCategory = category,
        });
        dispute.Array("balance_transactions")!.Add(View.Public(txn));
        session.Update(dispute);
    }

    private static Answer Answer(Call call)
    {
        var dispute = Require(call);
        if (dispute.Text("status") is "won" or "lost" or "warning_closed")
            throw ApiError.Invalid("This dispute is already closed.", "dispute");
        if (call.Parameters.Object("evidence") is { } evidence)
        {
            dispute.Object("evidence")!.Take(evidence, [.. evidence.Select(entry => entry.Key)]);
            dispute.Object("evidence_details")!["has_evidence"] = true;
        }
        dispute.TakeMetadata(call.Parameters);
        var submits = call.Parameters.FlagOrNull("submit") ?? call.Parameters.Object("evidence") is not null;
        if (submits)
        {
            dispute.Object("evidence_details")!["submission_count"] = dispute.Object("evidence_details")!.Number("submission_count") + 1;
            dispute["status"] = dispute.Text("status")!.StartsWith("warning", StringComparison.Ordinal) ? "warning_under_review"
                : "under_review";
        }
        call.Session.Update(dispute);
        EventLog.Emit(call.Session, "charge.dispute.updated", dispute);
        if (submits && dispute.Object("evidence")!.Text("uncategorized_text") is WinningEvidence or LosingEvidence)
            Decide(call.Session, dispute, dispute.Object("evidence")!.Text("uncategorized_text") == WinningEvidence);
        return dispute;
    }

    private static Answer Close(Call call)
    {
        var dispute = Require(call);
        Decide(call.Session, dispute, won: false);
        return dispute;
    }
}
