using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Testing;

/// <summary>A test project of the solution.</summary>
/// <param name="Name">Its assembly's name.</param>
/// <param name="Folder">Relative to the working copy.</param>
/// <param name="Alone">It plays media to browsers in real time, or keeps every core busy, and would be starved by, or starve, a neighbour.</param>
internal sealed record TestProject(string Name, string Folder, bool Alone);

/// <summary>Every project under <c>tests/</c> whose name ends in <c>.Tests</c>, those that take longest first: none of them is left to the end.</summary>
internal static class TestProjects
{
    private static readonly string[] AloneNames = ["Marquee.Browser.Tests", "Marquee.Simulation.Tests"];
    private static readonly string[] LongNames = ["Marquee.Local.Platform.Tests", "Marquee.StreamRelay.Tests", "Marquee.TerminalGateway.Tests"];

    public static IReadOnlyList<TestProject> In(Repository repository) =>
        [.. Directory.EnumerateFiles(repository.PathOf("tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => Read(repository, path))
            .OrderBy(project => LongNames.Contains(project.Name) ? Array.IndexOf(LongNames, project.Name) : LongNames.Length)];

    private static TestProject Read(Repository repository, string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return new TestProject(name, Path.GetRelativePath(repository.Root, Path.GetDirectoryName(path)!), AloneNames.Contains(name));
    }
}
