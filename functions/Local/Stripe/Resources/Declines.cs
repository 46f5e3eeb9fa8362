using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Why a card was refused: Stripe's error code and, for <c>card_declined</c>, the issuer's decline code.</summary>
internal sealed record Decline(string Code, string? DeclineCode)
{
    public static readonly Decline AuthenticationRequired = new("authentication_required", "authentication_required");

    public string Message => (Code, DeclineCode) switch
    {
        ("expired_card", _) => "Your card has expired.",
        ("incorrect_cvc", _) => "Your card's security code is incorrect.",
        ("processing_error", _) => "An error occurred while processing your card. Try again in a little bit.",
        ("authentication_required", _) => "Your card was declined. This transaction requires authentication.",
        (_, "insufficient_funds") => "Your card has insufficient funds.",
        (_, "card_velocity_exceeded") =>
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        _ => "Your card was declined.",
    };

    public ApiError ToError(JsonObject attached, string? charge = null)
    {
        if (charge is not null)
            attached["charge"] = charge;
        return new ApiError(402, "card_error", Code, Message) { DeclineCode = DeclineCode, Attached = attached };
    }
}

/// <summary>Decides whether a card is refused: by the card itself, or because a rehearsal asked for it.</summary>
internal static class Declines
{
    private const string Asked = "next_decline";

    public static Decline? Of(Session session, TestCard card)
    {
        if (TakeAsked(session) is { } asked)
            return asked;
        return card.DeclineCodeGroup is { } code ? new Decline(code, card.DeclineCode) : null;
    }

    /// <summary>The next <paramref name="count"/> authorisations are refused, whatever the card.</summary>
    public static void Ask(Session session, Decline decline, long count) => Put(session, new JsonObject
    {
        ["code"] = decline.Code,
        ["decline_code"] = decline.DeclineCode,
        ["count"] = count,
    });

    private static Decline? TakeAsked(Session session)
    {
        if (session.Database.Text("SELECT value FROM texts WHERE name = $1", Asked) is not { } stored)
            return null;
        var asked = JsonNode.Parse(stored)!.AsObject();
        asked["count"] = asked.Number("count") - 1;
        if (asked.Number("count") > 0)
            Put(session, asked);
        else
            session.Database.Execute("DELETE FROM texts WHERE name = $1", Asked);
        return new Decline(asked.Text("code")!, asked.Text("decline_code"));
    }

    private static void Put(Session session, JsonObject asked) =>
        session.Database.Execute("INSERT OR REPLACE INTO texts (name, value) VALUES ($1, $2)", Asked, asked.ToJsonString());
}
