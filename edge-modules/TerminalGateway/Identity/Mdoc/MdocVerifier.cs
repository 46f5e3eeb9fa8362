using System.Formats.Cbor;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Identity.Mdoc;

/// <summary>What is left of a document once it was looked at: nothing that was in it.</summary>
/// <param name="Fault">Null: the policy is met.</param>
/// <param name="Issuer">The issuing authority, once its signature was found good.</param>
/// <param name="Unasked">How many elements were shared that nobody asked for. They were dropped unread.</param>
internal sealed record MdocVerdict(MdocFault? Fault, string? Issuer, int Unasked)
{
    public static MdocVerdict Failed(MdocFault fault) => new(fault, null, 0);
}

/// <summary>
/// Verifies a phone's answer as ISO/IEC 18013-5 9.3.1 has it, in this order: issuer's certificate and signature, digests, document type,
/// validity, the phone's own signature or MAC over the session; and only then reads the one element that was asked for.
/// </summary>
internal sealed class MdocVerifier(IssuerRoots roots, TimeProvider time)
{
    /// <summary>The verdict on the phone's message. Whatever the bytes are, this returns.</summary>
    public MdocVerdict Verify(ReaderSession session, ReadOnlyMemory<byte> sessionData, IdentityPolicy policy)
    {
        byte[] response = [];
        try
        {
            response = session.Decrypt(sessionData);
            return VerifyResponse(session, response, policy);
        }
        catch (MdocException e)
        {
            return MdocVerdict.Failed(e.Fault);
        }
        finally
        {
            // All that was read of the document are views of these bytes.
            CryptographicOperations.ZeroMemory(response);
        }
    }

    /// <summary>The verdict on a <c>DeviceResponse</c> in the clear.</summary>
    public MdocVerdict VerifyResponse(ReaderSession session, ReadOnlyMemory<byte> deviceResponse, IdentityPolicy policy)
    {
        try
        {
            var documents = DeviceResponse.Read(deviceResponse);
            return documents.Count switch
            {
                0 => MdocVerdict.Failed(MdocFault.NoDocument),
                // One was asked for: which of several would be the person's?
                > 1 => MdocVerdict.Failed(MdocFault.SeveralDocuments),
                _ => Verify(session, documents[0], policy),
            };
        }
        catch (MdocException e)
        {
            return MdocVerdict.Failed(e.Fault);
        }
        catch (CryptographicException)
        {
            // A certificate is decoded piece by piece as it is looked at, so a broken one fails anywhere on the way.
            return MdocVerdict.Failed(MdocFault.Malformed);
        }
    }

    private MdocVerdict Verify(ReaderSession session, SharedDocument document, IdentityPolicy policy)
    {
        var now = time.GetUtcNow();
        if (document.DocumentType != DeviceRequest.DrivingLicence) return MdocVerdict.Failed(MdocFault.WrongDocumentType);
        var (payload, signer) = CoseAuthentication.ReadIssuer(document.IssuerAuth);
        using var _ = signer;
        var signed = MobileSecurityObject.Read(payload);
        var root = roots.RootOf(signer, signed.Signed, now);
        if (!document.Elements.All(signed.Holds)) return MdocVerdict.Failed(MdocFault.DigestMismatch);
        if (signed.DocumentType != document.DocumentType) return MdocVerdict.Failed(MdocFault.WrongDocumentType);
        if (now < signed.ValidFrom) return MdocVerdict.Failed(MdocFault.NotYetValid);
        if (now > signed.ValidUntil) return MdocVerdict.Failed(MdocFault.Expired);
        if (!IsFromItsPhone(session, document, signed)) return MdocVerdict.Failed(MdocFault.DeviceAuthenticationInvalid);
        var asked = document.Elements.Where(e => e.NameSpace == DeviceRequest.NameSpace && IsOfUse(e.Name, policy)).ToList();
        return new MdocVerdict(Judge(asked, policy, root), DocumentSigner.Name(root), document.Elements.Count - asked.Count);
    }

    private static bool IsFromItsPhone(ReaderSession session, SharedDocument document, MobileSecurityObject signed)
    {
        var writer = new CborWriter(CborConformanceMode.Strict);
        writer.WriteStartArray(4);
        writer.WriteTextString("DeviceAuthentication");
        writer.WriteEncodedValue(session.Transcript.Encoded);
        writer.WriteTextString(document.DocumentType);
        writer.WriteEncodedValue(document.DeviceNameSpaces.Span);
        writer.WriteEndArray();
        var authenticated = Cbor.Embed(writer.Encode());
        return document.IsMac
            ? CoseAuthentication.VerifyMac(document.DeviceAuth, session.MacKey(signed.DeviceKey), authenticated)
            : CoseAuthentication.VerifyDevice(document.DeviceAuth, signed.DeviceKey, authenticated);
    }

    // A phone without the age that was asked for answers with the nearest it has (7.2.5), so any age may be of use.
    private static bool IsOfUse(string name, IdentityPolicy policy) =>
        policy.MinimumAge == 0 ? name == DeviceRequest.IssuingCountry : AgeIn(name) is not null;

    private static MdocFault? Judge(List<SharedElement> asked, IdentityPolicy policy, X509Certificate2 root)
    {
        if (policy.MinimumAge == 0)
        {
            return asked.All(e => Cbor.Read(e.Value, r => r.ReadTextString()) == DocumentSigner.Country(root)) ? null : MdocFault.UntrustedIssuer;
        }

        var ages = asked.Select(e => (Age: AgeIn(e.Name)!.Value, IsOver: Cbor.Read(e.Value, r => r.ReadBoolean()))).ToList();
        if (ages.Any(a => !a.IsOver && a.Age <= policy.MinimumAge)) return MdocFault.UnderAge;
        return ages.Any(a => a.IsOver && a.Age >= policy.MinimumAge) ? null : MdocFault.AgeNotStated;
    }

    private static int? AgeIn(string name) =>
        name.Length == DeviceRequest.AgePrefix.Length + 2 && name.StartsWith(DeviceRequest.AgePrefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(DeviceRequest.AgePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var age)
            ? age
            : null;
}
