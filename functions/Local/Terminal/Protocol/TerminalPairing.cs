using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Marquee.Local.Terminal.Protocol;

/// <summary>Turns a code into credentials.</summary>
internal static class TerminalPairing
{
    /// <param name="pairing">The gateway's pairing listener.</param>
    /// <exception cref="TerminalException">The gateway refuses, or what answers is not the gateway whose staff made the code.</exception>
    /// <exception cref="HttpRequestException">Nobody answers. The same code may be tried again.</exception>
    public static async Task<Credentials> PairAsync(Uri pairing, string code, Device device, CancellationToken cancellationToken)
    {
        var secret = PairingSecret.Of(code);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=terminal", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        byte[] seen = [];
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                // Nobody can vouch for the gateway yet; the proofs do, and they are bound to the certificate that is seen here.
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    seen = certificate?.GetRawCertData() ?? [];
                    return seen.Length > 0;
                },
            },
        });

        // The handshake comes first, for the proof is bound to it; the request goes over the same connection.
        using var hello = await http.GetAsync(new Uri(pairing, "v1/pairings"), cancellationToken).ConfigureAwait(false);
        var shown = seen;
        var body = new { secret.PairingId, Csr = csr, Proof = secret.Proof(csr, shown), device.Serial, device.Model, device.Firmware };
        using var answer = await http.PostAsJsonAsync(new Uri(pairing, "v1/pairings"), body, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw new TerminalException(text.GetProperty("detail").GetString()!, text.GetProperty("code").GetString());
        var (certificate, authority) = (Bytes("certificate"), Bytes("authority"));
        if (!shown.AsSpan().SequenceEqual(seen) || !secret.Holds(Bytes("proof"), certificate, authority, shown))
            throw new TerminalException("Whoever answered does not know the code: somebody stands between this terminal and its gateway.");
        return new(
            text.GetProperty("popId").GetString()!,
            text.GetProperty("terminalId").GetString()!,
            certificate,
            key.ExportPkcs8PrivateKey(),
            authority,
            new UriBuilder(pairing) { Port = text.GetProperty("terminalPort").GetInt32() }.Uri,
            text.GetProperty("nextSequence").GetInt64());

        byte[] Bytes(string name) => text.GetProperty(name).GetBytesFromBase64();
    }
}
