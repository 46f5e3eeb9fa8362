namespace Marquee.Domain.Contracts;

/// <summary>How a person was checked.</summary>
public enum IdentityMethod
{
    /// <summary>An ISO/IEC 18013-5 document on the person's phone, verified at the till.</summary>
    Mdoc,

    /// <summary>A Stripe Identity session.</summary>
    Stripe,

    /// <summary>Two members of staff, by their own eyes.</summary>
    Staff,
}

/// <summary>
/// That the buyer of an order met a policy: who says so and when. Nothing of the document is kept, here or anywhere.
/// </summary>
/// <param name="CheckId">The till's own id of the check.</param>
/// <param name="Policy">What was shown to be met.</param>
/// <param name="Issuer">Who stands behind the answer: a document's issuing authority, <c>stripe</c>, or <c>staff:a,b</c>.</param>
public sealed record IdentityProof(string CheckId, IdentityPolicy Policy, IdentityMethod Method, string Issuer, DateTimeOffset CheckedAt);

/// <summary>
/// Two members of staff let an order pass without a document. <paramref name="Reason"/> is one of the till's codes, never free text, so that
/// nothing about the buyer can stand in it.
/// </summary>
public sealed record IdentityOverridden(
    string EventId, string OrderId, string CheckId, IdentityPolicy Policy, string FirstStaffId, string SecondStaffId, string Reason) : FactBody;
