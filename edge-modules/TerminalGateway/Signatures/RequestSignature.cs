using System.Globalization;
using System.Security.Cryptography;

namespace Marquee.TerminalGateway.Signatures;

/// <summary>A signed request: its number and a hash of what it asks for. Two requests with the same hash ask for the same.</summary>
internal sealed record SignedRequest(long Sequence, byte[] ContentHash);

/// <summary>
/// Checks an HTTP message signature (RFC 9421, <c>ecdsa-p256-sha256</c>) that covers everything which decides what the request does: method, path,
/// query, content and the terminal's sequence number.
/// </summary>
internal static class RequestSignature
{
    /// <summary>The field that carries the terminal's own count of its signed requests, from 1.</summary>
    public const string SequenceField = "Terminal-Sequence";

    public const string Algorithm = "ecdsa-p256-sha256";
    private static readonly string[] MustBeCovered = ["@method", "@path", "content-digest", "terminal-sequence"];

    /// <summary>The request as signed, or what is wrong with it.</summary>
    /// <param name="rawTarget">The request's target as it came, undecoded.</param>
    /// <param name="keyId">What the signature must call its key.</param>
    public static (SignedRequest? Request, string? Fault) Check(HttpRequest request, string rawTarget, ReadOnlySpan<byte> content, string keyId, ECDsa key)
    {
        if (SignatureInput.Parse(request.Headers["Signature-Input"]) is not { } input) return (null, "There is no one Signature-Input in canonical form.");
        if (input.KeyId != keyId) return (null, "keyid is not the SHA-256 (hex) of this connection's certificate.");
        if (input.Algorithm is not (null or Algorithm)) return (null, $"alg must be {Algorithm}.");
        if (input.Created is null) return (null, "created is missing.");
        if (MustBeCovered.FirstOrDefault(c => !input.Components.Contains(c)) is { } missing) return (null, $"{missing} is not covered.");
        if (rawTarget.Contains('?', StringComparison.Ordinal) && !input.Components.Contains("@query")) return (null, "@query is not covered.");
        if (!ContentDigest.Holds(request.Headers["Content-Digest"], content)) return (null, "Content-Digest is not the content's sha-256.");
        if (!long.TryParse(request.Headers[SequenceField], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) || sequence < 1)
            return (null, $"{SequenceField} counts from 1.");
        if (SignatureBase.Of(request, rawTarget, input) is not { } signed) return (null, "Something that is covered is not there.");
        return Signature(request.Headers["Signature"], input.Label) is { } signature
            && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                ? (new SignedRequest(sequence, HashOf(request.Method, rawTarget, content)), null)
                : (null, "The signature does not hold.");
    }

    private static byte[]? Signature(string? field, string label)
    {
        var prefix = label + "=:";
        if (field is null || !field.StartsWith(prefix, StringComparison.Ordinal) || !field.EndsWith(':') || field.Length <= prefix.Length) return null;
        var bytes = new byte[96];
        return Convert.TryFromBase64String(field[prefix.Length..^1], bytes, out var length) ? bytes[..length] : null;
    }

    private static byte[] HashOf(string method, string rawTarget, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Neither holds a line break.
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{method}\n{rawTarget}\n"));
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }
}
