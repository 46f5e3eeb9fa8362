namespace Marquee.Contract.Tests;

/// <summary>The repository's files, found by walking up from the test's output folder to the solution.</summary>
internal static class SourceTree
{
    internal static string Root { get; } = FindRoot();

    /// <summary>The C# files of a folder, without what builds leave there, in a stable order.</summary>
    internal static IReadOnlyList<string> CSharpFiles(string relativeFolder, SearchOption depth = SearchOption.AllDirectories)
    {
        var folder = Path.Combine(Root, relativeFolder);
        return [.. Directory.EnumerateFiles(folder, "*.cs", depth)
            .Where(file => !IsBuildOutput(Path.GetRelativePath(folder, file)))
            .Order(StringComparer.Ordinal)];
    }

    private static bool IsBuildOutput(string relativePath) =>
        relativePath.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("Serverless.sln is not above " + AppContext.BaseDirectory);
    }
}
