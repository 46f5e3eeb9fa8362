namespace Marquee.Local.Platform.Ground;

/// <summary>The folder that holds everything a platform remembers, and the lock that lets one platform at a time stand on it.</summary>
internal sealed class DataFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Secrets => Of("secrets.json");

    public string Running => Of("running.json");

    public string ServiceBusConfig => Of("servicebus.json");

    public string Of(string part) => System.IO.Path.Combine(Path, part);

    public string LogOf(string process) => System.IO.Path.Combine(Path, "logs", process + ".log");

    /// <summary>A part's own folder, made when it is missing.</summary>
    public string FolderOf(string part) => Directory.CreateDirectory(Of(part)).FullName;

    /// <summary>
    /// Takes the folder. The operating system lets go of the lock when its process ends, even by SIGKILL, so it is never stale.
    /// </summary>
    /// <exception cref="PlatformException">A platform runs on it.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Path);
        try
        {
            return new FileStream(Of("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            var running = RunFile.TryRead(Running);
            throw new PlatformException(running is null
                ? $"A platform is starting or stopping on {Path}."
                : $"A platform is running on {Path} (process {running.ProcessId}): cloud at {running.Urls.Cloud}. Stop it with Ctrl-C first.");
        }
    }

    /// <summary>Forgets everything: events, ledgers, keys, logs.</summary>
    /// <exception cref="PlatformException">A platform runs on it.</exception>
    public void Reset()
    {
        if (!Directory.Exists(Path)) return;

        using var held = Lock();
        Orphans.End(Running);
        Directory.Delete(Path, recursive: true);
    }
}
