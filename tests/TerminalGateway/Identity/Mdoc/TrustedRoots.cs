using System.Security.Cryptography.X509Certificates;
using Marquee.Local.Terminal.Phones;
using Marquee.TerminalGateway.Identity.Mdoc;

namespace Marquee.TerminalGateway.Tests.Identity.Mdoc;

/// <summary>The gateway's view of a sample authority.</summary>
internal static class TrustedRoots
{
    public static IssuerRoots Roots(this SampleAuthority authority, params string[] revoked) =>
        new([X509CertificateLoader.LoadCertificate(authority.Root.RawData)], revoked);
}
