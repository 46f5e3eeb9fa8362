using System.Text.Json.Nodes;

namespace Marquee.Infra.Tests;

public sealed class ParameterTests
{
    [Fact]
    public async Task The_parameter_file_gives_what_the_template_asks_for_and_nothing_else()
    {
        var template = JsonNode.Parse((await Bicep.RunAsync("build", "infra/main.bicep", "--stdout")).Output)!;
        var declared = template["parameters"]!.AsObject();
        var file = await File.ReadAllTextAsync(SourceTree.File("infra/main.parameters.json"), TestContext.Current.CancellationToken);
        var given = JsonNode.Parse(file)!["parameters"]!.AsObject();
        var required = declared.Where(parameter => parameter.Value!["defaultValue"] is null);

        Assert.Empty(given.Select(parameter => parameter.Key).Except(declared.Select(parameter => parameter.Key)));
        Assert.Empty(required.Select(parameter => parameter.Key).Except(given.Select(parameter => parameter.Key)));
    }
}
