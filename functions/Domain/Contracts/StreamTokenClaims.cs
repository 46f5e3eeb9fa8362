namespace Marquee.Domain.Contracts;

/// <summary>
/// What a token for a stream says, as a JWT (RFC 7519) signed with ES256: <c>iss</c>, <c>aud</c> (PoP ids, or <see cref="AnyPop"/>),
/// <c>sub</c> (the stream), <c>jti</c>, <c>iat</c>, <c>nbf</c>, <c>exp</c>, and the claims below.
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

    /// <summary>
    /// <c>iat</c> in milliseconds, so that a revocation can fall between two tokens of one second; libraries cut <c>iat</c> itself to seconds.
    /// </summary>
    public const string IssuedAtMilliseconds = "iat_ms";

    /// <summary>True: may replace the publisher that is on.</summary>
    public const string TakeOver = "take_over";
}
