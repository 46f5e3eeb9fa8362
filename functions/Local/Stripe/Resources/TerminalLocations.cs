using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Terminal locations, and the tokens by which a reader's app connects.</summary>
internal static class TerminalLocations
{
    public static void Register(Routes routes) => routes
        .On("POST /v1/terminal/locations", Create)
        .On("GET /v1/terminal/locations", call => Page.Of(call, "terminal.location"))
        .On("GET /v1/terminal/locations/{location}", call => Require(call))
        .On("POST /v1/terminal/locations/{location}", Change)
        .On("DELETE /v1/terminal/locations/{location}", Delete)
        .On("POST /v1/terminal/connection_tokens", Connect);

    private static JsonObject Require(Call call) => call.Session.Require("terminal.location", call["location"], "location");

    private static Answer Create(Call call)
    {
        var location = new JsonObject
        {
            ["id"] = call.Session.NewId("tml_"),
            ["object"] = "terminal.location",
            ["address"] = call.Parameters.Object("address").Copy(),
            ["display_name"] = call.Parameters.Text("display_name"),
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
        };
        location.TakeMetadata(call.Parameters);
        return call.Session.Insert(location);
    }

    private static Answer Change(Call call)
    {
        var location = Require(call);
        location.Take(call.Parameters, "display_name", "configuration_overrides");
        if (call.Parameters.Object("address") is { } address)
            location.Object("address")!.Take(address, [.. address.Select(entry => entry.Key)]);
        location.TakeMetadata(call.Parameters);
        call.Session.Update(location);
        return location;
    }

    private static Answer Delete(Call call)
    {
        var location = Require(call);
        if (call.Session.Database.Number("SELECT 1 FROM objects WHERE kind = 'terminal.reader' AND json_extract(body, '$.location') = $1", location.Text("id")) is not null)
            throw ApiError.Invalid("This location still has readers.", "location");
        call.Session.Delete(location.Text("id")!);
        return new JsonObject { ["id"] = location.Text("id"), ["object"] = "terminal.location", ["deleted"] = true };
    }

    private static Answer Connect(Call call)
    {
        var location = call.Parameters.Given("location");
        if (location is not null)
            call.Session.Require("terminal.location", location, "location");
        var token = new JsonObject { ["object"] = "terminal.connection_token", ["secret"] = "pst_test_" + call.Session.NewId("") };
        if (location is not null)
            token["location"] = location;
        return token;
    }
}
