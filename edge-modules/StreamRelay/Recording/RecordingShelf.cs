using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Marquee.StreamRelay.Mp4;

namespace Marquee.StreamRelay.Recording;

/// <summary>The folder of recordings: one folder a stream, a file and its manifest a recording.</summary>
internal sealed partial class RecordingShelf(RecordingSettings settings, TimeProvider time, ILogger<RecordingShelf> logger)
{
    public const string Extension = ".mp4";

    public string FolderOf(string streamId) => Path.Combine(settings.Path, streamId);

    /// <summary>Whether the disk has room for more.</summary>
    public bool HasRoom
    {
        get
        {
            try
            {
                Directory.CreateDirectory(settings.Path);
                return new DriveInfo(Path.GetFullPath(settings.Path)).AvailableFreeSpace >= settings.LeastFreeBytes;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>A stream's recordings, oldest first; one that is still being written as incomplete.</summary>
    public IReadOnlyList<RecordingManifest> Of(string streamId)
    {
        var folder = FolderOf(streamId);
        return Directory.Exists(folder) ? [.. FilesIn(folder).Select(file => ManifestOf(file) ?? Unfinished(streamId, file))] : [];
    }

    /// <summary>The file of that name; null for a name that is none of ours.</summary>
    public string? Find(string streamId, string name)
    {
        if (!Name().IsMatch(name)) return null;
        var path = Path.Combine(FolderOf(streamId), name);
        return File.Exists(path) ? path : null;
    }

    /// <summary>What a relay that was killed left behind. Ask before anything is recorded: what is being written looks the same.</summary>
    public IReadOnlyList<string> Unfinished() => Directory.Exists(settings.Path)
        ? [.. Directory.EnumerateDirectories(settings.Path).SelectMany(FilesIn).Where(file => ManifestOf(file) is null)]
        : [];

    /// <summary>Cuts those files after their last whole fragment, and gives each its manifest. Reads them whole.</summary>
    public void Recover(IEnumerable<string> files)
    {
        foreach (var file in files) Guarded(() => Recover(Path.GetFileName(Path.GetDirectoryName(file)!), file));
    }

    /// <summary>Deletes what is too old, and the oldest of what is too much. Never what is being written.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(settings.Path)) return;
        var finished = Directory.EnumerateDirectories(settings.Path).SelectMany(FilesIn).Where(file => File.Exists(ManifestPath(file)))
            .Select(file => new FileInfo(file)).OrderByDescending(file => file.Name, StringComparer.Ordinal).ToList();
        var (kept, now) = (0L, time.GetUtcNow());
        foreach (var file in finished)
        {
            kept += file.Length;
            if (kept > settings.MaxBytes || now - file.LastWriteTimeUtc > settings.MaxAge) Guarded(() => Delete(file));
        }
    }

    public static void WriteManifest(string file, RecordingManifest manifest)
    {
        var path = ManifestPath(file);
        File.WriteAllBytes(path + ".new", manifest.ToJson());
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string ManifestPath(string file) => Path.ChangeExtension(file, RecordingManifest.Extension);

    private static RecordingManifest? ManifestOf(string file)
    {
        try
        {
            return RecordingManifest.Read(File.ReadAllBytes(ManifestPath(file)));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Extension).Where(file => Name().IsMatch(Path.GetFileName(file))).Order(StringComparer.Ordinal);

    private static RecordingManifest Unfinished(string streamId, string file) => new()
    {
        Stream = streamId,
        File = Path.GetFileName(file),
        StartedAt = StartOf(file),
        DurationSeconds = 0,
        Bytes = new FileInfo(file).Length,
        Sha256 = "",
        IsComplete = false,
    };

    private static DateTimeOffset StartOf(string file) => DateTimeOffset.ParseExact(
        Path.GetFileNameWithoutExtension(file), "yyyyMMdd'T'HHmmssfff'Z'", System.Globalization.CultureInfo.InvariantCulture,
        System.Globalization.DateTimeStyles.AssumeUniversal);

    private void Recover(string streamId, string path)
    {
        RecordingManifest? manifest = null;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            var scan = FragmentScan.Read(file);
            file.SetLength(scan.Length);
            file.Position = 0;
            if (scan.Duration > TimeSpan.Zero)
            {
                manifest = new RecordingManifest
                {
                    Stream = streamId,
                    File = Path.GetFileName(path),
                    StartedAt = StartOf(path),
                    DurationSeconds = scan.Duration.TotalSeconds,
                    Bytes = scan.Length,
                    Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
                    WasRecovered = true,
                };
            }
        }
        if (manifest is null) File.Delete(path); // nothing was recorded yet
        else WriteManifest(path, manifest);
        RecordingLog.Recovered(logger, path, manifest?.DurationSeconds ?? 0);
    }

    private void Delete(FileInfo file)
    {
        RecordingLog.Expired(logger, file.FullName, file.Length);
        file.Delete();
        File.Delete(ManifestPath(file.FullName));
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RecordingLog.ShelfFailed(logger, e);
        }
    }

    [GeneratedRegex(@"^[0-9]{8}T[0-9]{9}Z\.mp4$")]
    private static partial Regex Name();
}
