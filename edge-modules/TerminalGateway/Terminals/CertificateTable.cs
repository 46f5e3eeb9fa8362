using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// The certificates that terminals may still use, in memory, since every handshake and every request asks. It follows the store: what is
/// put or revoked there shows here once it is on disk, and from that moment for open connections too.
/// </summary>
internal sealed class CertificateTable(TimeProvider time)
{
    private ImmutableDictionary<string, IssuedCertificate> _byThumbprint = ImmutableDictionary<string, IssuedCertificate>.Empty;

    /// <summary>Raised when a terminal has been shut out, with its id; on the store's thread: it must be quick and not throw.</summary>
    public event Action<string>? Revoked;

    public static string ThumbprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public void Load(EdgeReader reader) =>
        _byThumbprint = TerminalRows.Certificates(reader).Where(c => !c.Revoked).ToImmutableDictionary(c => c.Thumbprint, StringComparer.Ordinal);

    /// <summary>The certificate, if it may be used for anything at this moment.</summary>
    public (IssuedCertificate? Certificate, CertificateStanding Standing) Find(string thumbprint) =>
        _byThumbprint.TryGetValue(thumbprint, out var found) ? (found, found.StandingAt(time.GetUtcNow())) : (null, CertificateStanding.Revoked);

    /// <summary>Writes a certificate, new or changed, and shows it once that is on disk.</summary>
    public void Put(EdgeTransaction tx, IssuedCertificate certificate)
    {
        TerminalRows.Put(tx, certificate);
        tx.OnCommitted(() => ImmutableInterlocked.Update(
            ref _byThumbprint,
            map => certificate.Revoked ? map.Remove(certificate.Thumbprint) : map.SetItem(certificate.Thumbprint, certificate)));
    }

    /// <summary>Revokes all certificates of a terminal; connections that use them end.</summary>
    public void RevokeAll(EdgeTransaction tx, string terminalId)
    {
        foreach (var certificate in TerminalRows.Certificates(tx, terminalId).Where(c => !c.Revoked)) Put(tx, certificate with { Revoked = true });
        tx.OnCommitted(() => Revoked?.Invoke(terminalId));
    }
}
