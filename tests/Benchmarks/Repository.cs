namespace Marquee.Benchmarks;

/// <summary>Where the sources are that the benchmark was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The benchmarks run from a build inside the repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "Serverless.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
