namespace Marquee.Infra.Tests;

public sealed class BicepFilesTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(SourceTree.File("infra"), "*.bicep", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(SourceTree.Root, file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_builds_without_a_word(string file)
    {
        // Unknown properties and wrong SKUs are warnings only: any diagnostic fails.
        var run = await Bicep.RunAsync("build", file, "--stdout");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_is_clean_to_the_linter(string file)
    {
        var run = await Bicep.RunAsync("lint", file);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Errors));
    }
}
