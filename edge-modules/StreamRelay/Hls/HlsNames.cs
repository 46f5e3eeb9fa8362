using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Hls;

/// <summary>
/// Names of segments and parts. A playlist needs a token; what it names does not, so that a CDN can keep one copy for all viewers. Therefore
/// each name holds a proof that only who has seen a playlist knows, and the name of a later one cannot be derived from it.
/// </summary>
internal sealed class HlsNames(byte[] key)
{
    private const int ProofBytes = 9;

    public string Map(int number) => Name(Text($"init-{number}"), ".mp4");

    public string Segment(long sequence) => Name(Text($"{sequence}"), ".m4s");

    public string Part(long sequence, int index) => Name(Text($"{sequence}.{index}"), ".m4s");

    /// <summary>The name of a segment, or of a part where <paramref name="part"/> is not null; false for a name that is not from here.</summary>
    public bool TryParse(string name, out long sequence, out int? part)
    {
        (sequence, part) = (0, null);
        var end = name.IndexOf('-', StringComparison.Ordinal);
        if (end <= 0) return false;
        var dot = name.AsSpan(0, end).IndexOf('.');
        var number = name.AsSpan(0, dot < 0 ? end : dot);
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out sequence)) return false;
        if (dot >= 0)
        {
            if (!int.TryParse(name.AsSpan(dot + 1, end - dot - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
            part = index;
        }
        return Equal(name, part is null ? Segment(sequence) : Part(sequence, part.Value));
    }

    public bool IsMap(string name, int number) => Equal(name, Map(number));

    private string Name(string stem, string extension)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(stem), hash);
        return $"{stem}-{Convert.ToHexStringLower(hash[..ProofBytes])}{extension}";
    }

    private static bool Equal(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
