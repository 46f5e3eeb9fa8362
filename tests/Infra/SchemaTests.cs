namespace Marquee.Infra.Tests;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("azure.yaml", "azure.yaml.json")]
    [InlineData("host.json", "host.json.schema.json")]
    public async Task A_file_obeys_its_published_schema(string file, string schema)
    {
        var run = await ValidateAsync(file, schema);

        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
    }

    [Fact]
    public async Task The_validation_finds_what_is_wrong()
    {
        using var folder = new TempFolder();
        var file = folder.File("azure.yaml");
        const string withoutHost = "name: marquee\nservices:\n  cloud:\n    project: functions/Azure\n    language: dotnet\n";
        await File.WriteAllTextAsync(file, withoutHost, TestContext.Current.CancellationToken);

        var run = await ValidateAsync(file, "azure.yaml.json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("/services/cloud: must have required property 'host'", run.Output, StringComparison.Ordinal);
    }

    private static Task<ToolRun> ValidateAsync(string file, string schema) =>
        ToolRun.OfAsync("node", "tests/Infra/validate.mjs", Path.Combine("tests/Infra/schemas", schema), file);
}
