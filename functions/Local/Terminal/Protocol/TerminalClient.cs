using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Marquee.Local.Terminal.Protocol;

/// <summary>
/// A paired terminal's way to its gateway: mutual TLS 1.3 with the gateway's authority pinned, requests signed and numbered. <see cref="Http"/> is an
/// ordinary client that does all that.
/// </summary>
internal sealed class TerminalClient : IDisposable
{
    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _authority;

    /// <param name="terminals">The terminals' listener, if it is elsewhere than when the terminal was paired.</param>
    /// <param name="keep">Called with the credentials to keep, before each number is used.</param>
    public TerminalClient(Credentials credentials, TimeProvider time, Uri? terminals = null, Action<Credentials>? keep = null)
    {
        Credentials = credentials;
        _key = credentials.Key();
        _certificate = credentials.ClientCertificate();
        _authority = X509CertificateLoader.LoadCertificate(credentials.Authority);
        var counter = new SequenceCounter(credentials.NextSequence, next =>
        {
            Credentials = Credentials with { NextSequence = next };
            keep?.Invoke(Credentials);
        });
        var signing = new SigningHandler(Sockets(), _key, _certificate.GetCertHashString(HashAlgorithmName.SHA256), counter, time);
        Http = new HttpClient(signing) { BaseAddress = terminals ?? credentials.Terminals, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>As they stand: the next number moves on.</summary>
    public Credentials Credentials { get; private set; }

    public HttpClient Http { get; }

    /// <summary>Greets the gateway and returns from when on the certificate is due for renewal.</summary>
    public async Task<DateTimeOffset> HelloAsync(Device device, CancellationToken cancellationToken)
    {
        using var answer = await Http.PostAsJsonAsync("v1/hello", device, cancellationToken).ConfigureAwait(false);
        return (await ReadAsync(answer, cancellationToken).ConfigureAwait(false)).GetProperty("renewAfter").GetDateTimeOffset();
    }

    /// <summary>Credentials with a new key and certificate; those of this client go on for a day.</summary>
    public async Task<Credentials> RenewAsync(CancellationToken cancellationToken)
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=terminal", next, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var answer = await Http.PostAsJsonAsync("v1/certificates", new { csr }, cancellationToken).ConfigureAwait(false);
        var issued = await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        return Credentials with { Certificate = issued.GetProperty("certificate").GetBytesFromBase64(), PrivateKey = next.ExportPkcs8PrivateKey() };
    }

    /// <summary>The body of a successful answer.</summary>
    /// <exception cref="TerminalException">The gateway refused.</exception>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = answer.Content.Headers.ContentLength == 0 ? default : await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode
            ? body
            : throw new TerminalException(body.GetProperty("detail").GetString() ?? $"{answer.StatusCode}", body.GetProperty("code").GetString());
    }

    public void Dispose()
    {
        Http.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
        _key.Dispose();
    }

    private SocketsHttpHandler Sockets() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, additionalCertificates: null, offline: true),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown && IsOurGateway(shown),
        },
    };

    /// <summary>Vouched for by the authority of the pairing, and by name this PoP's gateway; its address may change from night to night.</summary>
    private bool IsOurGateway(X509Certificate2 shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // The name stands in the extension as an IA5String; the authority puts names there that cannot hold one another.
        return chain.Build(shown)
            && shown.Extensions["2.5.29.17"] is { } names
            && names.RawData.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(Credentials.GatewayName)) >= 0;
    }
}
