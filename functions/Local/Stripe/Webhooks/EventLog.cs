using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Webhooks;

/// <summary>Records events and, in the same transaction, the deliveries they cause.</summary>
internal static class EventLog
{
    public const string Waiting = "waiting";

    /// <summary>Stripe gives up on a delivery after three days.</summary>
    private static readonly TimeSpan DeliveryWindow = TimeSpan.FromDays(3);

    public static void Emit(Session session, string type, JsonObject subject, JsonObject? previous = null)
    {
        var data = new JsonObject { ["object"] = View.Public(subject) };
        if (previous is not null)
            data["previous_attributes"] = previous.Copy();
        var endpoints = Endpoints(session, type);
        var id = session.NewId("evt_");
        var document = new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = session.Setting.ApiVersion,
            ["created"] = session.NowSeconds,
            ["data"] = data,
            ["livemode"] = false,
            ["pending_webhooks"] = endpoints.Count,
            ["request"] = new JsonObject { ["id"] = session.RequestId, ["idempotency_key"] = session.IdempotencyKey },
            ["type"] = type,
        };
        if (!session.IsPlatform)
            document["account"] = session.Account;
        session.Insert(document);
        foreach (var endpoint in endpoints)
        {
            session.Database.Execute("""
                INSERT INTO deliveries (event, endpoint, state, attempts, next, until) VALUES ($1, $2, 'waiting', 0, $3, $4)
                """, id, endpoint, session.Now.ToUnixTimeMilliseconds(), (session.Now + DeliveryWindow).ToUnixTimeMilliseconds());
        }
    }

    // Endpoints live with the platform; a Connect endpoint hears connected accounts, any other one the platform itself.
    private static List<string> Endpoints(Session session, string type) => session.Database
        .Query("SELECT id FROM objects WHERE account = $1 AND kind = 'webhook_endpoint' ORDER BY seq", row => row.GetString(0),
            session.Setting.Platform)
        .Where(id => session.FindAnywhere(id) is { } endpoint
            && endpoint.Text("status") == "enabled"
            && endpoint.Flag("_connect") != session.IsPlatform
            && endpoint.Texts("enabled_events").Any(wanted => wanted == "*" || wanted == type))
        .ToList();
}
