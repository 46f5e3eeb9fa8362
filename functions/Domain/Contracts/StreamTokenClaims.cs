namespace Marquee.Domain.Contracts;

/// <summary>
/// What a token for a stream says, as a JWT (RFC 7519) signed with ES256: <c>iss</c>, <c>aud</c> (PoP ids, or <see cref="AnyPop"/>),
/// <c>sub</c> (the stream), <c>jti</c>, <c>iat</c> (with fractions of a second, so that a revocation falls between two tokens),
/// <c>nbf</c>, <c>exp</c>, and the two claims below.
/// </summary>
public static class StreamTokenClaims
{
    /// <summary>The header's <c>typ</c> (RFC 8725 3.11): a token of another kind under the same key is no stream token.</summary>
    public const string Type = "stream+jwt";

    /// <summary>An audience that is every PoP of the host; no PoP's id can look like it.</summary>
    public const string AnyPop = "*";

    /// <summary><see cref="Publish"/> or <see cref="View"/>.</summary>
    public const string Scope = "scope";

    public const string Publish = "publish";

    public const string View = "view";

    /// <summary>True: may replace the publisher that is on.</summary>
    public const string TakeOver = "take_over";
}
