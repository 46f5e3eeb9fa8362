namespace Marquee.Local.Terminal.Protocol;

/// <summary>
/// The terminal's own count of its signed requests. A number is written down before it is used, so that a terminal which starts again never uses
/// one twice; a request that was not answered keeps its number for being repeated as it was.
/// </summary>
internal sealed class SequenceCounter(long next, Action<long>? keep = null)
{
    private (long Sequence, byte[] ContentHash)? _unanswered;

    public long Next { get; private set; } = next;

    /// <summary>A number for this content: the one it had when it was not answered, else the next.</summary>
    public long Take(byte[] contentHash)
    {
        if (_unanswered is { } last && last.ContentHash.AsSpan().SequenceEqual(contentHash)) return last.Sequence;
        var sequence = Next++;
        keep?.Invoke(Next);
        _unanswered = (sequence, contentHash);
        return sequence;
    }

    public void Answered() => _unanswered = null;

    /// <summary>Goes on behind what the gateway has seen last: a restored terminal has forgotten some.</summary>
    public void ContinueAfter(long last)
    {
        Next = Math.Max(Next, last + 1);
        _unanswered = null;
        keep?.Invoke(Next);
    }
}
