using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Single-use tokens for test cards and test bank accounts.</summary>
internal static class Tokens
{
    public static void Register(Routes routes) => routes.On("POST /v1/tokens", Create);

    /// <summary>The card behind <c>tok_visa</c> or behind a token made here.</summary>
    public static TestCard CardOf(Session session, string token)
    {
        if (session.Setting.Cards.ByName(token) is { } card)
            return card;
        var stored = Spend(session, token, "card");
        return session.Setting.Cards[stored.Text("_card")!];
    }

    /// <summary>The bank account behind a token made here.</summary>
    public static JsonObject BankOf(Session session, string token) => Spend(session, token, "bank_account").Object("_bank")!;

    private static JsonObject Spend(Session session, string id, string type)
    {
        if (session.Find(id) is not { } token || token.Text("object") != "token" || token.Text("type") != type)
            throw ApiError.Missing("token", id, "token");
        if (token.Flag("used"))
            throw ApiError.Invalid($"You cannot use a Stripe token more than once: {id}.", null, "token_already_used");
        token["used"] = true;
        session.Update(token);
        return token;
    }

    private static Answer Create(Call call)
    {
        var (card, bank) = (call.Parameters.Object("card"), call.Parameters.Object("bank_account"));
        if (card is null == bank is null)
            throw ApiError.Invalid("You must supply either a card, or a bank account to create a token.", null, "parameter_missing");
        var token = new JsonObject
        {
            ["id"] = call.Session.NewId(card is null ? "btok_" : "tok_"),
            ["object"] = "token",
            ["client_ip"] = null,
            ["created"] = call.Session.NowSeconds,
            ["livemode"] = false,
            ["type"] = card is null ? "bank_account" : "card",
            ["used"] = false,
        };
        if (card is not null)
            token["_card"] = PaymentMethods.ByNumber(call.Session, card.Text("number")!).Name;
        else
            token["_bank"] = BankAccounts.Describe(call.Session, bank!);
        return call.Session.Insert(token);
    }
}
