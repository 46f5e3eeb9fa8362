using System.Collections.Concurrent;

namespace Marquee.EdgeSync.Tests;

/// <summary>A folder of a test's own below the system's temporary one, gone when it is disposed; at the latest with the test's process.</summary>
internal sealed class TempFolder : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Left = [];

    // A test that fails in its constructor disposes nothing.
    static TempFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var path in Left.Keys) Directory.Delete(path, recursive: true);
    };

    public TempFolder() => Left[Path] = true;

    public string Path { get; } = Directory.CreateTempSubdirectory("marquee-").FullName;

    /// <summary>The path of a file or folder in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Left.TryRemove(Path, out _)) Directory.Delete(Path, recursive: true);
    }
}
