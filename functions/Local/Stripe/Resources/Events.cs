using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>The log of what happened.</summary>
internal static class Events
{
    public static void Register(Routes routes) => routes
        .On("GET /v1/events", List)
        .On("GET /v1/events/{id}", call => call.Session.Require("event", call["id"]));

    private static Answer List(Call call)
    {
        if (call.Parameters.Texts("types") is not { Count: > 0 } types)
            return Page.Of(call, "event", null, "type");
        if (types.Count > 1)
            NotPlayed.Refuse(new JsonObject { ["types"] = new JsonObject() }, "types");
        call.Parameters["type"] = types[0];
        return Page.Of(call, "event", null, "type");
    }
}
