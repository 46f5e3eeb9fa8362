using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Testing;

/// <summary>A test project of the solution.</summary>
/// <param name="Name">Its assembly's name.</param>
/// <param name="Folder">Relative to the working copy.</param>
/// <param name="Alone">It starts whole platforms or browsers, or keeps every core busy, and would starve, or be starved by, a neighbour.</param>
internal sealed record TestProject(string Name, string Folder, bool Alone);

/// <summary>Every project under <c>tests/</c> whose name ends in <c>.Tests</c>.</summary>
internal static class TestProjects
{
    private static readonly string[] AloneNames = ["Marquee.Local.Platform.Tests", "Marquee.Browser.Tests", "Marquee.Simulation.Tests"];

    public static IReadOnlyList<TestProject> In(Repository repository) =>
        [.. Directory.EnumerateFiles(repository.PathOf("tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => Read(repository, path))];

    private static TestProject Read(Repository repository, string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return new TestProject(name, Path.GetRelativePath(repository.Root, Path.GetDirectoryName(path)!), AloneNames.Contains(name));
    }
}
