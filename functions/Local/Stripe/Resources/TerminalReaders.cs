using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Simulated readers: registered with a test code, online as soon as they are.</summary>
internal static class TerminalReaders
{
    private static readonly Dictionary<string, string> Devices = new()
    {
        ["simulated-wpe"] = "simulated_wisepos_e",
        ["simulated-s700"] = "simulated_stripe_s700",
    };

    public static void Register(Routes routes) => routes
        .On("POST /v1/terminal/readers", Create)
        .On("GET /v1/terminal/readers", call =>
            Page.Of(call, "terminal.reader", null, "location", "status", "serial_number", "device_type"))
        .On("GET /v1/terminal/readers/{reader}", call => Require(call))
        .On("POST /v1/terminal/readers/{reader}", Change)
        .On("DELETE /v1/terminal/readers/{reader}", Delete);

    public static JsonObject Require(Call call) => call.Session.Require("terminal.reader", call["reader"], "reader");

    private static Answer Create(Call call)
    {
        var code = call.Parameters.Text("registration_code")!;
        if (!Devices.TryGetValue(code, out var device))
            throw ApiError.Invalid($"No reader is waiting under the registration code '{code}'. The codes of simulated readers are {string.Join(", ", Devices.Keys)}.",
                "registration_code");
        if (call.Parameters.Given("location") is not { } location)
            throw ApiError.Invalid("Missing required param: location.", "location", "parameter_missing");
        call.Session.Require("terminal.location", location, "location");
        var id = call.Session.NewId("tmr_");
        var reader = new JsonObject
        {
            ["id"] = id,
            ["object"] = "terminal.reader",
            ["action"] = null,
            ["device_sw_version"] = "2.30.0.0",
            ["device_type"] = device,
            ["ip_address"] = "127.0.0.1",
            ["label"] = call.Parameters.Given("label") ?? id,
            ["last_seen_at"] = call.Session.Now.ToUnixTimeMilliseconds(),
            ["livemode"] = false,
            ["location"] = location,
            ["metadata"] = new JsonObject(),
            ["serial_number"] = "SIM-" + Ids.Letters(id, 8),
            ["status"] = "online",
        };
        reader.TakeMetadata(call.Parameters);
        return call.Session.Insert(reader);
    }

    private static Answer Change(Call call)
    {
        var reader = Require(call);
        reader.Take(call.Parameters, "label");
        reader.TakeMetadata(call.Parameters);
        call.Session.Update(reader);
        return reader;
    }

    private static Answer Delete(Call call)
    {
        var reader = Require(call);
        call.Session.Delete(reader.Text("id")!);
        return new JsonObject { ["id"] = reader.Text("id"), ["object"] = "terminal.reader", ["deleted"] = true };
    }
}
