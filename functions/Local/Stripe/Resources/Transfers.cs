using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Transfers from the platform to a connected account: out of the available balance, or tied to the funds of one charge.</summary>
internal static class Transfers
{
    public static void Register(Routes routes) => routes
        .On("POST /v1/transfers", Create)
        .On("GET /v1/transfers", call => Page.Of(call, "transfer", null, "destination", "transfer_group"))
        .On("GET /v1/transfers/{transfer}", call => Require(call.Session, call["transfer"]))
        .On("POST /v1/transfers/{transfer}", Change);

    public static JsonObject Require(Session session, string id) => session.Require("transfer", id, "transfer");

    private static Answer Create(Call call)
    {
        var (session, given) = (call.Session, call.Parameters);
        var currency = given.Text("currency")!.ToLowerInvariant();
        var destination = Destination(session, given.Text("destination")!);
        var source = given.Given("source_transaction") is { } charge ? Source(session, charge, currency) : null;
        var amount = given.NumberOrNull("amount") ?? source?.Number("amount_captured")
            ?? throw ApiError.Invalid("Missing required param: amount.", "amount", "parameter_missing");
        if (amount < 1)
            throw ApiError.Invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer");
        var availableOn = source is null ? CheckAvailable(session, amount, currency) : CheckSource(session, source, amount);
        var transfer = New(session, given, amount, currency, destination, source);
        var group = transfer.Text("transfer_group");
        var paid = Deposit(session.In(destination), transfer, availableOn);
        transfer["destination_payment"] = paid.Text("id");
        transfer["balance_transaction"] = Ledger.Record(session,
            new Movement("transfer", -amount, currency, transfer.Text("id")!, Ledger.Transit)
        {
            AvailableOn = availableOn,
            Description = transfer.Text("description"),
        }).Text("id");
        session.Insert(transfer, source?.Text("id"));
        if (source is not null && source.Text("transfer_group") is null && group is not null)
        {
            source["transfer_group"] = group;
            session.Update(source);
        }
        EventLog.Emit(session, "transfer.created", transfer);
        return transfer;
    }

    private static string Destination(Session session, string id)
    {
        var account = Accounts.Find(session, id) ?? throw ApiError.Missing("destination", id, "destination");
        if (id == session.Account)
            throw ApiError.Invalid("Cannot create transfers to your own account.", "destination");
        if (account.Object("capabilities")!.Text("transfers") != "active")
            throw ApiError.Invalid("Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, "
                + "legacy_payments", "destination", "insufficient_capabilities_for_transfer");
        return id;
    }

    private static JsonObject Source(Session session, string id, string currency)
    {
        var charge = session.Require("charge", id, "source_transaction");
        if (!charge.Flag("captured") || charge.Text("balance_transaction") is null)
            throw ApiError.Invalid("The source_transaction must be a captured charge.", "source_transaction");
        if (charge.Text("currency") != currency)
            throw ApiError.Invalid($"The currency of source_transaction's balance transaction ({charge.Text("currency")}) must be the same as the transfer currency "
                + $"({currency})", "currency");
        return charge;
    }

    private static DateTimeOffset? CheckAvailable(Session session, long amount, string currency)
    {
        if (Ledger.AvailableIn(session, currency) < amount)
            throw ApiError.Invalid("You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating "
                + "Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance", null,
                "balance_insufficient");
        return null;
    }

    // Transfers of one charge may use up its amount, however many they are; they mature with it.
    private static DateTimeOffset CheckSource(Session session, JsonObject source, long amount)
    {
        var used = session.Children(source.Text("id")!, "transfer").Sum(other => other.Number("amount") - other.Number("amount_reversed"));
        if (used + amount > source.Number("amount_captured"))
            throw ApiError.Invalid($"Transfers using this transaction as a source must not exceed the source amount of {source.Number("amount_captured")} "
                + $"(already transferred: {used}).", "amount", "transfer_source_balance_parameters_mismatch");
        var txn = session.Require("balance_transaction", source.Text("balance_transaction")!);
        return DateTimeOffset.FromUnixTimeSeconds(txn.Number("available_on"));
    }

    private static JsonObject New(Session session, JsonObject given, long amount, string currency, string destination, JsonObject? source)
    {
        var id = session.NewId("tr_");
        var transfer = new JsonObject
        {
            ["id"] = id,
            ["object"] = "transfer",
            ["amount"] = amount,
            ["amount_reversed"] = 0,
            ["balance_transaction"] = null,
            ["created"] = session.NowSeconds,
            ["currency"] = currency,
            ["description"] = null,
            ["destination"] = destination,
            ["destination_payment"] = null,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["reversals"] = Page.Inline([], $"/v1/transfers/{id}/reversals"),
            ["reversed"] = false,
            ["source_transaction"] = source?.Text("id"),
            ["source_type"] = given.Text("source_type") ?? "card",
            ["transfer_group"] = given.Given("transfer_group") ?? source?.Text("transfer_group")
                ?? (source is null ? null : "group_" + (source.Text("payment_intent") ?? source.Text("id"))),
        };
        transfer.Take(given, "description");
        transfer.TakeMetadata(given);
        return transfer;
    }

    // What the connected account sees: a payment that came in.
    private static JsonObject Deposit(Session account, JsonObject transfer, DateTimeOffset? availableOn)
    {
        var (id, amount, currency) = (account.NewId("py_"), transfer.Number("amount"), transfer.Text("currency")!);
        var txn = Ledger.Record(account, new Movement("payment", amount, currency, id, Ledger.Transit) { AvailableOn = availableOn });
        return account.Insert(new JsonObject
        {
            ["id"] = id,
            ["object"] = "charge",
            ["amount"] = amount,
            ["amount_captured"] = amount,
            ["amount_refunded"] = 0,
            ["balance_transaction"] = txn.Text("id"),
            ["captured"] = true,
            ["created"] = account.NowSeconds,
            ["currency"] = currency,
            ["description"] = transfer.Text("description"),
            ["disputed"] = false,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["paid"] = true,
            ["payment_intent"] = null,
            ["payment_method_details"] = new JsonObject { ["type"] = "stripe_account", ["stripe_account"] = new JsonObject() },
            ["refunded"] = false,
            ["source_transfer"] = transfer.Text("id"),
            ["status"] = "succeeded",
            ["transfer_group"] = null,
        });
    }

    private static Answer Change(Call call)
    {
        var transfer = Require(call.Session, call["transfer"]);
        transfer.Take(call.Parameters, "description");
        transfer.TakeMetadata(call.Parameters);
        call.Session.Update(transfer);
        EventLog.Emit(call.Session, "transfer.updated", transfer);
        return transfer;
    }
}
