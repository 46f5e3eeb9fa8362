using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>The log of what happened.</summary>
internal static class Events
{
    public static void Register(Routes routes) => routes
        .On("GET /v1/events", call => Page.Of(call, "event", null, "type", "types:type"))
        .On("GET /v1/events/{id}", call => call.Session.Require("event", call["id"]));
}
