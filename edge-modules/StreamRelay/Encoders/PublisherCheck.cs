namespace Marquee.StreamRelay.Encoders;

/// <summary>
/// Whether who connected to ffmpeg's RTMP listener knows the stream key. ffmpeg only warns about another key and goes on, and it does so
/// before it names the input. So nothing is forwarded until the input was named, and nothing at all after a warning.
/// </summary>
internal sealed class PublisherCheck(bool isNeeded)
{
    public const string Refusal = "Unexpected stream";

    private const string Accepted = "Input #0";

    private volatile bool _isRefused;
    private volatile bool _isOpen = !isNeeded;

    public bool IsOpen => _isOpen && !_isRefused;
    public bool IsRefused => _isRefused;

    public void OnLine(string line)
    {
        if (!isNeeded) return;
        if (line.Contains(Refusal, StringComparison.Ordinal)) _isRefused = true;
        else if (line.StartsWith(Accepted, StringComparison.Ordinal)) _isOpen = true;
    }
}
