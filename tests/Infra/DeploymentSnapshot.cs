using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(Marquee.Infra.Tests.DeploymentSnapshot))]

namespace Marquee.Infra.Tests;

/// <summary>What the templates would deploy for one example environment: concrete resources, evaluated offline.</summary>
public sealed class DeploymentSnapshot : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    internal IReadOnlyList<JsonObject> Resources { get; private set; } = [];

    internal JsonObject Outputs { get; private set; } = [];

    internal IReadOnlyList<JsonObject> OfType(string type) => [.. Resources.Where(resource => (string?)resource["type"] == type)];

    internal JsonNode PropertiesOf(string type) => Assert.Single(OfType(type))["properties"]!;

    public async ValueTask InitializeAsync()
    {
        var template = Path.GetRelativePath(_folder.Path, SourceTree.File("infra/main.bicep"));
        var parameters = _folder.File("example.bicepparam");
        await File.WriteAllTextAsync(parameters, $"""
            using '{template}'
            param environmentName = 'example'
            param location = 'westeurope'
            param principalId = '00000000-0000-0000-0000-00000000000a'
            param pops = ['berlin', 'lisbon']
            """);
        var run = await Bicep.RunAsync("snapshot", parameters, "--mode", "overwrite",
            "--subscription-id", "00000000-0000-0000-0000-000000000001", "--tenant-id", "00000000-0000-0000-0000-000000000002");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var snapshot = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("example.snapshot.json")))!;
        Resources = [.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())];
        Outputs = snapshot["outputs"]!.AsObject();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
