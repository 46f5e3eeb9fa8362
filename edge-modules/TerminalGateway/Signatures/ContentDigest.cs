using System.Security.Cryptography;

namespace Marquee.TerminalGateway.Signatures;

/// <summary>The <c>Content-Digest</c> field (RFC 9530) with SHA-256.</summary>
internal static class ContentDigest
{
    private const string Key = "sha-256=:";

    /// <summary>Whether the field names the content's SHA-256; other algorithms beside it are not looked at.</summary>
    public static bool Holds(string? field, ReadOnlySpan<byte> content)
    {
        foreach (var part in (field ?? "").Split(','))
        {
            var member = part.Trim();
            if (!member.StartsWith(Key, StringComparison.Ordinal) || !member.EndsWith(':') || member.Length <= Key.Length) continue;
            var digest = new byte[SHA256.HashSizeInBytes + 3];
            return Convert.TryFromBase64String(member[Key.Length..^1], digest, out var length)
                && CryptographicOperations.FixedTimeEquals(digest.AsSpan(0, length), SHA256.HashData(content));
        }

        return false;
    }
}
