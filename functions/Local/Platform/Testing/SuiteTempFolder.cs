namespace Marquee.Local.Platform.Testing;

/// <summary>
/// What a test project and all that it starts have for a temporary folder, browsers and killed processes included: it goes with all that is in
/// it, and what the tests should have deleted themselves can be seen.
/// </summary>
internal sealed class SuiteTempFolder : IDisposable
{
    // The runtime's own, which a killed process cannot delete.
    private static readonly string[] OfKilledProcesses = ["dotnet-diagnostic-", "clr-debug-pipe-"];

    public string Path { get; } = Directory.CreateTempSubdirectory("marquee-tests-").FullName;

    /// <summary>The names of what is in it.</summary>
    public IReadOnlyList<string> Left() =>
        [.. Directory.EnumerateFileSystemEntries(Path)
            .Select(entry => System.IO.Path.GetFileName(entry))
            .Where(name => !OfKilledProcesses.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
