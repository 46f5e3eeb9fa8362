using Marquee.Domain.Streams;

namespace Marquee.StreamRelay.Tokens;

/// <summary>What a verified token says.</summary>
internal sealed record StreamToken
{
    /// <summary>Its <c>jti</c>.</summary>
    public required string Id { get; init; }

    public required StreamId Stream { get; init; }

    public required StreamScope Scope { get; init; }

    /// <summary>A publisher that may replace the one that is on.</summary>
    public bool MayTakeOver { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The <c>kid</c> of the key that signed it.</summary>
    public required string KeyId { get; init; }
}

/// <summary>Why a token does not count.</summary>
internal enum TokenFault
{
    /// <summary>It is no token of ours: form, type, algorithm, a claim that is missing or wrong.</summary>
    Malformed,

    /// <summary>No key of that name, or the key is not in use yet or any more.</summary>
    UnknownKey,
    WrongSignature,
    WrongIssuer,

    /// <summary>Made for other PoPs.</summary>
    WrongAudience,
    NotYetValid,
    Expired,
    Revoked,
}

/// <summary>The token, or why it does not count. One whose only fault is its age is given as well.</summary>
internal readonly record struct TokenVerdict(StreamToken? Token, TokenFault? Fault);
