namespace Marquee.Infra.Tests;

/// <summary>The repository's root, found by walking up from the test's output folder to the solution.</summary>
internal static class SourceTree
{
    internal static string Root { get; } = FindRoot();

    internal static string File(string relativePath) => Path.Combine(Root, relativePath);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("Serverless.sln is not above " + AppContext.BaseDirectory);
    }
}
