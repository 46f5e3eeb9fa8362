namespace Marquee.Benchmarks.Till;

/// <summary>A folder on a disk, gone when it is disposed: /tmp may be memory, and below the working copy a host watches for changes of its settings.</summary>
internal sealed class BenchFolder : IDisposable
{
    public BenchFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine("/var/tmp", "marquee-bench-" + System.IO.Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
