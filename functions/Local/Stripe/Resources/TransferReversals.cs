using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Money called back from a connected account, if it still has it.</summary>
internal static class TransferReversals
{
    public static void Register(Routes routes) => routes
        .On("POST /v1/transfers/{id}/reversals", Create)
        .On("GET /v1/transfers/{id}/reversals", call =>
            Page.Of(call, "transfer_reversal", Transfers.Require(call.Session, call["id"]).Text("id")))
        .On("GET /v1/transfers/{transfer}/reversals/{id}", call => call.Session.Require("transfer_reversal", call["id"]))
        .On("POST /v1/transfers/{transfer}/reversals/{id}", Change);

    private static Answer Create(Call call)
    {
        var session = call.Session;
        var transfer = Transfers.Require(session, call["id"]);
        var left = transfer.Number("amount") - transfer.Number("amount_reversed");
        var amount = call.Parameters.NumberOrNull("amount") ?? left;
        if (left == 0)
            throw ApiError.Invalid("This transfer has already been fully reversed.", null, "transfer_already_reversed");
        if (amount < 1 || amount > left)
            throw ApiError.Invalid($"The amount to reverse must be between 1 and the {left} that remain.", "amount",
                "parameter_invalid_integer");
        var account = session.In(transfer.Text("destination")!);
        var payment = account.FindAnywhere(transfer.Text("destination_payment")!)!;
        var origin = account.FindAnywhere(payment.Text("balance_transaction")!)!;
        DateTimeOffset? matures = origin.Text("status") == "pending" ? DateTimeOffset.FromUnixTimeSeconds(origin.Number("available_on"))
            : null;
        var currency = transfer.Text("currency")!;
        if (matures is null && Ledger.AvailableIn(account, currency) < amount)
            throw ApiError.Invalid("The connected account has insufficient available funds for this reversal.", "amount",
                "balance_insufficient");
        var reversal = Book(session, account, transfer, payment, amount, matures);
        reversal.TakeMetadata(call.Parameters);
        session.Insert(reversal, transfer.Text("id"));
        transfer["amount_reversed"] = transfer.Number("amount_reversed") + amount;
        transfer["reversed"] = transfer.Number("amount_reversed") == transfer.Number("amount");
        transfer["reversals"] = Page.Inline(session.Children(transfer.Text("id")!, "transfer_reversal"),
            $"/v1/transfers/{transfer.Text("id")}/reversals");
        session.Update(transfer);
        EventLog.Emit(session, "transfer.reversed", transfer);
        return reversal;
    }

    private static JsonObject Book(Session session, Session account, JsonObject transfer, JsonObject payment, long amount,
        DateTimeOffset? matures)
    {
        var (id, refundId, currency) = (session.NewId("trr_"), session.NewId("pyr_"), transfer.Text("currency")!);
        var taken = Ledger.Record(account,
            new Movement("payment_refund", -amount, currency, refundId, Ledger.Transit) { AvailableOn = matures });
        var returned = Ledger.Record(session,
            new Movement("transfer_refund", amount, currency, id, Ledger.Transit) { AvailableOn = matures });
        account.Insert(new JsonObject
        {
            ["id"] = refundId,
            ["object"] = "refund",
            ["amount"] = amount,
            ["balance_transaction"] = taken.Text("id"),
            ["charge"] = payment.Text("id"),
            ["created"] = account.NowSeconds,
            ["currency"] = currency,
            ["metadata"] = new JsonObject(),
            ["source_transfer_reversal"] = id,
            ["status"] = "succeeded",
        }, payment.Text("id"));
        payment["amount_refunded"] = payment.Number("amount_refunded") + amount;
        payment["refunded"] = payment.Number("amount_refunded") == payment.Number("amount");
        account.Update(payment);
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "transfer_reversal",
            ["amount"] = amount,
            ["balance_transaction"] = returned.Text("id"),
            ["created"] = session.NowSeconds,
            ["currency"] = currency,
            ["destination_payment_refund"] = refundId,
            ["metadata"] = new JsonObject(),
            ["source_refund"] = null,
            ["transfer"] = transfer.Text("id"),
        };
    }

    private static Answer Change(Call call)
    {
        var reversal = call.Session.Require("transfer_reversal", call["id"]);
        reversal.TakeMetadata(call.Parameters);
        call.Session.Update(reversal);
        return reversal;
    }
}
