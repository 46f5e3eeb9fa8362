using System.Text.Json;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>Why a document did not do. On the wire in snake case: <c>untrusted_issuer</c>.</summary>
internal enum MdocFault
{
    /// <summary>Not CBOR of the standard's shape, or more of it than is taken.</summary>
    Malformed,

    /// <summary>Not decrypted under the session's keys: another session's answer, or a damaged one.</summary>
    SessionMismatch,

    /// <summary>The holder shared nothing.</summary>
    NoDocument,

    SeveralDocuments,
    WrongDocumentType,

    /// <summary>An algorithm or curve that is not verified here.</summary>
    UnsupportedAlgorithm,

    /// <summary>The document's certificate does not lead to a preloaded root, or not as the standard wants it.</summary>
    UntrustedIssuer,

    /// <summary>The root or the document signer was withdrawn.</summary>
    RevokedIssuer,

    IssuerSignatureInvalid,

    /// <summary>What was shared is not what the issuer signed.</summary>
    DigestMismatch,

    NotYetValid,
    Expired,

    /// <summary>The phone is not the one that the document was issued to, or answered somebody else.</summary>
    DeviceAuthenticationInvalid,

    /// <summary>The document says nothing about the age that was asked for.</summary>
    AgeNotStated,

    /// <summary>The document says: younger.</summary>
    UnderAge,
}

internal static class MdocFaultCodes
{
    public static string Code(this MdocFault fault) => JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString());
}

/// <summary>Leaves the reading of a document; never leaves <see cref="MdocVerifier"/> and <see cref="ReaderSession"/>.</summary>
#pragma warning disable CA1032, CA1064 // Caught where it is thrown from: a refusal deep in nested reading, not an error for others.
internal sealed class MdocException(MdocFault fault) : Exception(fault.ToString())
#pragma warning restore CA1032, CA1064
{
    public MdocFault Fault { get; } = fault;
}
