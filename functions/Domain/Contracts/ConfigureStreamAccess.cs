namespace Marquee.Domain.Contracts;

/// <summary>
/// How a PoP's relay tells a good token for a stream from a bad one, without asking: the whole of it, each version replaces the one before.
/// Sent under the key <see cref="CommandKey"/>.
/// </summary>
public sealed record ConfigureStreamAccess : CommandBody
{
    public const string CommandKey = "stream-access";

    public const int MaxKeys = 16;

    /// <summary>With the keys this keeps the command under half of the 256 KiB that a PoP takes.</summary>
    public const int MaxRevocations = 1_000;

    /// <summary>The <c>iss</c> of every token.</summary>
    public required string Issuer { get; init; }

    /// <summary>Those that sign, those that will and those that did and whose tokens are still about.</summary>
    public required IReadOnlyList<StreamKey> Keys { get; init; }

    public required IReadOnlyList<RevokedToken> RevokedTokens { get; init; }

    public required IReadOnlyList<RevokedStream> RevokedStreams { get; init; }
}

/// <summary>A key that verifies tokens.</summary>
/// <param name="Id">The tokens' <c>kid</c>.</param>
/// <param name="PublicKey">Base64 of the SubjectPublicKeyInfo of a P-256 key.</param>
/// <param name="NotBefore">The key counts from here.</param>
/// <param name="NotAfter">The key counts until here; null while its end is not known.</param>
public sealed record StreamKey(string Id, string PublicKey, DateTimeOffset NotBefore, DateTimeOffset? NotAfter);

/// <summary>One token that no longer counts. Past <paramref name="ExpiresAt"/> it would not anyhow, and the entry may go.</summary>
public sealed record RevokedToken(string TokenId, DateTimeOffset ExpiresAt);

/// <summary>
/// Every token of a stream that was issued before a moment. An event's own id stands for all streams of the event.
/// </summary>
public sealed record RevokedStream(string StreamId, DateTimeOffset IssuedBefore);
