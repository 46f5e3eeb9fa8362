using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Tests.Http;

public sealed class FunctionKeyTests
{
    private static readonly Dictionary<string, string?> Keys = new()
    {
        ["Local:Keys:host:shop"] = "host-key",
        ["Local:Keys:functions:Guarded:till"] = "guarded-key",
        ["Local:Keys:functions:Other:till"] = "other-key",
    };

    [Theory]
    [InlineData("/guarded", "guarded-key", HttpStatusCode.OK)]
    [InlineData("/guarded", "host-key", HttpStatusCode.OK)]
    [InlineData("/guarded", TestHost.MasterKey, HttpStatusCode.OK)]
    [InlineData("/guarded", "other-key", HttpStatusCode.Unauthorized)]
    [InlineData("/guarded", "guarded-ke", HttpStatusCode.Unauthorized)]
    [InlineData("/guarded", "", HttpStatusCode.Unauthorized)]
    [InlineData("/guarded", null, HttpStatusCode.Unauthorized)]
    [InlineData("/office", "host-key", HttpStatusCode.Unauthorized)]
    [InlineData("/office", TestHost.MasterKey, HttpStatusCode.OK)]
    [InlineData("/open", null, HttpStatusCode.OK)]
    [InlineData("/open", "nonsense", HttpStatusCode.OK)]
    public async Task A_function_opens_to_its_own_keys_the_hosts_and_the_master_and_to_no_other(
        string path, string? key, HttpStatusCode expected)
    {
        await using var host = await TestHost.StartAsync(typeof(Doors), new TestHostOptions { Settings = Keys });
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Add("x-functions-key", key);
        using var byHeader = await host.Http.SendAsync(request, TestHost.Cancellation);
        using var byQuery = await host.Http.GetAsync($"{path}?code={key}", TestHost.Cancellation);

        Assert.Equal(expected, byHeader.StatusCode);
        Assert.Equal(expected, byQuery.StatusCode);
        if (expected == HttpStatusCode.Unauthorized)
            await Problem.AssertAsync(byHeader, expected, "unauthorized");
    }

    [Fact]
    public async Task Keys_that_nobody_set_are_made_once_kept_and_readable_by_their_owner_only()
    {
        using var folder = new TempFolder();
        var options = new TestHostOptions { DataPath = folder.Path, Settings = new() { ["Local:Keys:master"] = null } };
        string kept;
        await using (await TestHost.StartAsync(typeof(Doors), options))
            kept = await File.ReadAllTextAsync(folder.File("keys.json"), TestHost.Cancellation);
        await using var again = await TestHost.StartAsync(typeof(Doors), options);

        var key = (string)JsonNode.Parse(kept)!["default"]!;
        Assert.Equal("in", await again.Http.GetStringAsync($"/guarded?code={key}", TestHost.Cancellation));
        Assert.Equal(kept, await File.ReadAllTextAsync(folder.File("keys.json"), TestHost.Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(folder.File("keys.json"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }
    }

    [Fact]
    public async Task The_hosts_status_is_open_and_its_functions_need_the_master_key()
    {
        await using var host = await TestHost.StartAsync(typeof(Doors), new TestHostOptions { Settings = Keys });
        var status = await host.Http.GetFromJsonAsync<JsonObject>("/admin/host/status", TestHost.Cancellation);
        Assert.Equal("Running", (string?)status!["state"]);

        using var refused = await host.Http.GetAsync("/admin/functions?code=host-key", TestHost.Cancellation);
        await Problem.AssertAsync(refused, HttpStatusCode.Unauthorized, "unauthorized");
        var functions = await host.Http.GetFromJsonAsync<JsonArray>($"/admin/functions?code={TestHost.MasterKey}", TestHost.Cancellation);
        Assert.Equal(["Guarded", "Office", "Open"], functions!.Select(f => (string?)f!["name"]));
    }

    internal static class Doors
    {
        [Function("Guarded")]
        public static string Guarded([HttpTrigger("get", Route = "guarded")] HttpRequest request) => "in";

        [Function("Office")]
        public static string Office([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "office")] HttpRequest request) => "in";

        [Function("Open")]
        public static string Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "open")] HttpRequest request) => "in";
    }
}
