using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>What the listeners show: a certificate whose key never touches the disk, made anew at each start and long before its end.</summary>
internal sealed class ServerCertificates(Authority authority, IReadOnlyList<string> names, TimeProvider time)
{
    private readonly Lock _gate = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _renewAt;

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetUtcNow();
                if (_current is not null && now < _renewAt) return _current;
                // Handshakes under way still use the one before, so it is left to the collector.
                var certificate = authority.IssueToGateway(names, now);
                _renewAt = now + (Authority.ServerLife / 2);
                _current = SslStreamCertificateContext.Create(certificate, new X509Certificate2Collection(authority.Certificate), offline: true);
                return _current;
            }
        }
    }
}

/// <summary>The certificate (DER) that a connection was shown: a feature of it.</summary>
internal sealed record PresentedCertificate(byte[] Der);
