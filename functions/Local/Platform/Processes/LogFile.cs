namespace Marquee.Local.Platform.Processes;

/// <summary>
/// What a process writes, line by line, bounded: at <see cref="MaxBytes"/> the file becomes <c>.1</c> and a new one begins.
/// Thread-safe.
/// </summary>
internal sealed class LogFile : IDisposable
{
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How many of the last lines are at hand for the message about a crash.</summary>
    public const int TailLines = 20;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly int _maxBytes;
    private readonly Queue<string> _tail = new(TailLines);
    private StreamWriter? _writer;

    public LogFile(string path, int maxBytes = MaxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _writer = Open();
    }

    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_gate) return [.. _tail];
        }
    }

    /// <summary>After <see cref="Dispose"/> lines are dropped: a dying process may still be heard.</summary>
    public void WriteLine(string line)
    {
        lock (_gate)
        {
            if (_writer is null) return;

            if (_tail.Count == TailLines) _tail.Dequeue();
            _tail.Enqueue(line);
            if (_writer.BaseStream.Length >= _maxBytes) Rotate();
            _writer.WriteLine(line);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private void Rotate()
    {
        _writer!.Dispose();
        File.Move(_path, _path + ".1", overwrite: true);
        _writer = Open();
    }

    private StreamWriter Open() =>
        new(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
}
