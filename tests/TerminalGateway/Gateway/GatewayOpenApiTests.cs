using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marquee.TerminalGateway.OpenApi;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>The description of the API, as the process serves it.</summary>
public sealed partial class GatewayOpenApiTests() : GatewayScene(GatewayStart.Unconfigured)
{
    [Fact]
    public async Task Every_route_of_version_1_is_described_by_a_name_of_its_own_and_a_sentence()
    {
        var document = await Gateway.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json", Token);
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => (Route: $"{o.Name.ToUpperInvariant()} {path.Name}", Operation: o.Value)))
            .Where(o => o.Route.Contains(" /v1/", StringComparison.Ordinal)).ToList();
        Assert.Empty(operations.Where(o => !o.Operation.TryGetProperty("operationId", out _) || !o.Operation.TryGetProperty("summary", out _)).Select(o => o.Route));
        var ids = operations.Select(o => o.Operation.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        // And nothing is described that is not there.
        Assert.Empty(ApiRoutes.All.Select(r => $"{r.Method} {r.Pattern}").Except(operations.Select(o => o.Route)));
        var sell = document.GetProperty("paths").GetProperty("/v1/sales").GetProperty("post");
        Assert.True(sell.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.True(sell.GetProperty("responses").TryGetProperty("201", out _));
        Assert.Equal(ProblemCodes.All.Count, document.GetProperty("x-problem-codes").EnumerateObject().Count());
    }

    [Fact]
    public void Every_code_that_the_source_can_answer_with_is_listed()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Serverless.sln"))) root = Path.GetDirectoryName(root)!;
        var source = Directory.EnumerateFiles(Path.Combine(root, "edge-modules", "TerminalGateway"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
        var used = source.SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)).ToHashSet();
        Assert.True(used.Count > 50);
        Assert.Empty(used.Except(ProblemCodes.All.Keys));
    }

    // Of(StatusCodes.Status…, "code" and => (409, "code").
    [GeneratedRegex("(?:StatusCodes\\.Status\\d+\\w+|=> \\(\\d{3}),\\s*\"([a-z_]+)\"")]
    private static partial Regex Code();
}
