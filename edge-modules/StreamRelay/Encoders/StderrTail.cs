namespace Marquee.StreamRelay.Encoders;

/// <summary>The last lines that an ffmpeg wrote, without secrets, for the log when it fails. Bounded in lines and in their length.</summary>
internal sealed class StderrTail(IReadOnlyList<string> secrets)
{
    public const int MaxLines = 40;
    public const int MaxLineLength = 400;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly char[] _line = new char[MaxLineLength];
    private int _length;

    /// <summary>Called for each line, as soon as it is whole.</summary>
    public Action<string>? Line { get; init; }

    /// <summary>Takes what was read; a line may come in pieces, and what is longer than a line may be is cut off.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is '\n' or '\r') End();
            else if (_length < MaxLineLength) _line[_length++] = c;
        }
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    private void End()
    {
        if (_length == 0) return;
        var line = new string(_line, 0, _length);
        _length = 0;
        Line?.Invoke(line);
        lock (_lock)
        {
            if (_lines.Count == MaxLines) _lines.Dequeue();
            _lines.Enqueue(Redacted(line));
        }
    }

    private string Redacted(string line)
    {
        foreach (var secret in secrets) line = line.Replace(secret, "***", StringComparison.Ordinal);
        // What a stranger tried may be a key mistyped, and ours stands beside it.
        return line.Contains(PublisherCheck.Refusal, StringComparison.Ordinal) ? "the caller's stream key was refused" : line;
    }
}
