namespace Marquee.Benchmarks.Till;

/// <summary>A folder on the disk that holds the working copy, gone when it is disposed: the system's temporary folder may be memory.</summary>
internal sealed class BenchFolder : IDisposable
{
    public BenchFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(Environment.CurrentDirectory, ".marquee", "bench", System.IO.Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
