using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Where events are delivered to. The signing secret is shown once, when the endpoint is made.</summary>
internal static class WebhookEndpoints
{
    /// <summary>Stripe's own limit for one account.</summary>
    public const int EndpointsMax = 16;

    public static void Register(Routes routes) => routes
        .On("POST /v1/webhook_endpoints", Create)
        .On("GET /v1/webhook_endpoints", call => Page.Of(call, "webhook_endpoint"))
        .On("GET /v1/webhook_endpoints/{webhook_endpoint}", call => Require(call))
        .On("POST /v1/webhook_endpoints/{webhook_endpoint}", Change)
        .On("DELETE /v1/webhook_endpoints/{webhook_endpoint}", Delete);

    private static JsonObject Require(Call call) => call.Session.Require("webhook_endpoint", call["webhook_endpoint"], "webhook_endpoint");

    private static Answer Create(Call call)
    {
        var given = call.Parameters;
        CheckUrl(given.Text("url")!);
        if (call.Session.Database.Number("SELECT count(*) FROM objects WHERE account = $1 AND kind = 'webhook_endpoint'",
            call.Session.Account) >= EndpointsMax)
            throw ApiError.Invalid($"You have reached the maximum of {EndpointsMax} test webhook endpoints.", null,
                "webhook_endpoint_limit");
        var endpoint = New(call.Session, call.Session.NewId("we_"), given.Text("url")!, given.Flag("connect"),
            given.Texts("enabled_events"), given.Text("api_version"));
        endpoint.Take(given, "description");
        endpoint.TakeMetadata(given);
        call.Session.Insert(endpoint);
        var shown = endpoint.Copy()!;
        shown["secret"] = endpoint.Text("_secret");
        return shown;
    }

    /// <summary>Puts the endpoints of the configuration in place; those of an earlier configuration go.</summary>
    public static void Configure(Session platform, IEnumerable<ConfiguredWebhook> configured)
    {
        var wanted = configured.ToDictionary(hook => "we_configured_"
            + Ids.Letters(hook.Url + hook.Connect, 10, platform.Setting.Options.Seed));
        var present = platform.Database.Query("SELECT id FROM objects WHERE kind = 'webhook_endpoint' AND id LIKE 'we_configured_%'",
            row => row.GetString(0));
        foreach (var old in present.Where(id => !wanted.ContainsKey(id)))
            platform.Delete(old);
        foreach (var (id, hook) in wanted)
        {
            CheckUrl(hook.Url);
            var endpoint = New(platform, id, hook.Url, hook.Connect, ["*"], null);
            endpoint["_secret"] = hook.Secret;
            if (platform.Find(id) is null)
                platform.Insert(endpoint);
            else
                platform.Update(endpoint);
        }
    }

    private static JsonObject New(Session session, string id, string url, bool connect, IEnumerable<string> events, string? version)
    {
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "webhook_endpoint",
            ["api_version"] = version,
            ["application"] = null,
            ["created"] = session.NowSeconds,
            ["description"] = null,
            ["enabled_events"] = new JsonArray([.. events.Select(name => JsonValue.Create(name))]),
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["status"] = "enabled",
            ["url"] = url,
            ["_account"] = session.Account,
            ["_connect"] = connect,
            ["_secret"] = "whsec_" + Ids.Letters(id, 32, session.Setting.Options.Seed),
        };
    }

    private static Answer Change(Call call)
    {
        var endpoint = Require(call);
        if (call.Parameters.Given("url") is { } url)
            CheckUrl(url);
        endpoint.Take(call.Parameters, "url", "description", "enabled_events");
        if (call.Parameters.FlagOrNull("disabled") is { } disabled)
            endpoint["status"] = disabled ? "disabled" : "enabled";
        endpoint.TakeMetadata(call.Parameters);
        call.Session.Update(endpoint);
        return endpoint;
    }

    private static Answer Delete(Call call)
    {
        var endpoint = Require(call);
        call.Session.Delete(endpoint.Text("id")!);
        call.Session.Database.Execute("DELETE FROM deliveries WHERE endpoint = $1", endpoint.Text("id"));
        return new JsonObject { ["id"] = endpoint.Text("id"), ["object"] = "webhook_endpoint", ["deleted"] = true };
    }

    private static void CheckUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw ApiError.Invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid");
        // Deliveries leave this machine for nobody.
        if (!parsed.IsLoopback)
            throw ApiError.Invalid("Invalid URL: this stand-in delivers to loopback addresses only.", "url", "url_invalid");
    }
}
