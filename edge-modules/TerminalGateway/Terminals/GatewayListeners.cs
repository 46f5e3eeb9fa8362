using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Marquee.TerminalGateway.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>
/// The ports that the gateway opens: staff (HTTP), terminals (mutual TLS), pairing (TLS). TLS 1.3 and HTTP/1.1 only, each handshake in full,
/// so that a revoked certificate cannot ride on an earlier session.
/// </summary>
internal sealed class GatewayListeners(
    AccessSettings settings, Authority authority, ServerCertificates server, CertificateTable certificates, TerminalConnections connections)
{
    /// <summary>Open connections at all listeners; one more is closed.</summary>
    public const int MaxConnections = 1024;

    /// <summary>The largest request, in bytes; an endpoint may set its own, smaller or larger.</summary>
    public const long MaxRequestBytes = 64 * 1024;

    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    private ListenOptions? _terminals;
    private ListenOptions? _pairing;

    /// <summary>Ports as they were given; known once the server has started.</summary>
    public int TerminalPort => _terminals?.IPEndPoint?.Port ?? 0;

    public int PairingPort => _pairing?.IPEndPoint?.Port ?? 0;

    public void Open(KestrelServerOptions kestrel)
    {
        var limits = kestrel.Limits;
        kestrel.AddServerHeader = false;
        limits.MaxRequestBodySize = MaxRequestBytes;
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 50;
        limits.MaxRequestLineSize = 4 * 1024;
        // Whoever dribbles a request holds a connection for this long and no longer.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);

        kestrel.Listen(settings.Staff, listen => Enter(listen, Door.Staff));
        kestrel.Listen(settings.Terminals, listen =>
        {
            _terminals = listen;
            Enter(listen, Door.Terminals);
            listen.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = HandshakeTimeout, OnConnection = _ => new(ForTerminals()) });
            listen.Use(connections.RunAsync);
        });
        kestrel.Listen(settings.Pairing, listen =>
        {
            _pairing = listen;
            Enter(listen, Door.Pairing);
            listen.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = HandshakeTimeout, OnConnection = context => new(ForPairing(context)) });
        });
    }

    private static void Enter(ListenOptions listen, Door door)
    {
        listen.Protocols = HttpProtocols.Http1;
        var entered = new EnteredBy(door);
        listen.Use((context, next) =>
        {
            context.Features.Set(entered);
            return next(context);
        });
    }

    private SslServerAuthenticationOptions ForPairing(TlsHandshakeCallbackContext context)
    {
        var shown = server.Current;
        context.Connection.Features.Set(new PresentedCertificate(shown.TargetCertificate.RawData));
        return Options(shown);
    }

    private SslServerAuthenticationOptions ForTerminals()
    {
        var options = Options(server.Current);
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 presented && MayEnter(presented);
        return options;
    }

    private bool MayEnter(X509Certificate2 certificate) =>
        certificates.Find(CertificateTable.ThumbprintOf(certificate)).Standing is CertificateStanding.Good or CertificateStanding.RenewOnly
        && authority.VouchesFor(certificate);

    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext shown) => new()
    {
        ServerCertificateContext = shown,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };
}
