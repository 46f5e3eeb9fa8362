using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>Who gets in, and how they are thrown out: the real process over its real listeners.</summary>
public sealed class GatewayAccessTests() : GatewayScene(GatewayStart.Unconfigured)
{
    [Fact]
    public async Task Without_a_certificate_of_the_PoPs_authority_nobody_gets_past_the_handshake()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(Gateway.Addresses[1], null, SslProtocols.Tls13));
        using var stranger = await ForeignCertificateAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(Gateway.Addresses[1], stranger, SslProtocols.Tls13));
        using var known = (await Gateway.PairAsync("till-1", Token)).ClientCertificate();
        await ShakeHandsAsync(Gateway.Addresses[1], known, SslProtocols.Tls13);
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(Gateway.Addresses[1], known, SslProtocols.Tls12));
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(Gateway.Addresses[2], null, SslProtocols.Tls12));
    }

    [Fact]
    public async Task Each_listener_answers_for_what_is_behind_it_and_nothing_else()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Gateway.Staff.GetAsync("v1/status", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Gateway.Client.GetAsync("v1/staff/terminals", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Gateway.Client.GetAsync("healthz", Token)).StatusCode);
        Assert.Equal("unknown_version", await CodeAsync(await Gateway.Client.GetAsync("v2/status", Token)));
        Assert.Equal("unknown_path", await CodeAsync(await Gateway.Client.GetAsync("v1/nothing", Token)));
        Assert.Equal("method_not_allowed", await CodeAsync(await Gateway.Client.DeleteAsync("v1/status", Token)));
        using var pairing = Insecure();
        Assert.Equal(HttpStatusCode.NotFound, (await pairing.GetAsync(new Uri(Gateway.Addresses[2], "v1/status"), Token)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_terminals_open_connection_ends_and_it_does_not_get_in_again()
    {
        var credentials = await Gateway.PairAsync("till-1", Token);
        await using var open = await ShakeHandsAsync(Gateway.Addresses[1], credentials.ClientCertificate(), SslProtocols.Tls13);
        using (var revoked = await Gateway.Staff.PostAsJsonAsync("v1/staff/terminals/till-1/revocation", new { reason = "stolen" }, Token))
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        // Ended by the gateway: an end of the stream, or a reset.
        try
        {
            Assert.Equal(0, await open.ReadAsync(new byte[1], Token));
        }
        catch (IOException)
        {
        }

        using var terminal = new TerminalClient(credentials, TimeProvider.System);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => terminal.Http.GetAsync("v1/status", Token));
        var listed = (await Gateway.Staff.GetFromJsonAsync<JsonElement>("v1/staff/terminals", Token)).GetProperty("terminals").EnumerateArray()
            .Single(t => t.GetProperty("terminalId").GetString() == "till-1");
        Assert.Equal(("revoked", "stolen"), (listed.GetProperty("state").GetString(), listed.GetProperty("revokedBecause").GetString()));
    }

    [Fact]
    public async Task A_terminal_renews_its_certificate_over_the_old_one()
    {
        using var before = new TerminalClient(await Gateway.PairAsync("till-1", Token), TimeProvider.System);
        Assert.True(await before.HelloAsync(Device.Simulated("till-1"), Token) > TimeProvider.System.GetUtcNow());
        using var after = new TerminalClient(await before.RenewAsync(Token), TimeProvider.System);
        Assert.NotEqual(before.Credentials.Certificate, after.Credentials.Certificate);
        await after.HelloAsync(Device.Simulated("till-1"), Token);
        await before.HelloAsync(Device.Simulated("till-1"), Token);
    }

    [Fact]
    public async Task An_unsigned_or_replayed_request_changes_nothing()
    {
        await Bus.SendAsync(SaleTraffic.Command(1));
        await SaleTraffic.UntilConfiguredAsync(Gateway, 1, Token);
        var recorded = new Recorder();
        using var terminal = Recorded(await Gateway.PairAsync("till-1", Token), recorded);
        var sale = TestTill.Request("o-1") with { TerminalId = "till-1" };
        using (var sold = await terminal.PostAsJsonAsync("v1/sales", sale, ContractJson.Options, Token)) Assert.Equal(HttpStatusCode.Created, sold.StatusCode);
        using (var other = await terminal.PostAsJsonAsync("v1/sales", sale with { OrderId = "o-2", TerminalId = "till-2" }, ContractJson.Options, Token))
            Assert.Equal("terminal_mismatch", await CodeAsync(other));

        Assert.Equal(HttpStatusCode.OK, (await recorded.AgainAsync(0, r => { })).StatusCode);
        Assert.Equal("signature_invalid", await CodeAsync(await recorded.AgainAsync(0, r => r.Headers.Remove("Signature"))));
        Assert.Equal("signature_invalid", await CodeAsync(await recorded.AgainAsync(0, r => r.Content = JsonContent.Create(sale with { OrderId = "o-3" }, options: ContractJson.Options))));
        Assert.Equal("signature_invalid", await CodeAsync(await recorded.AgainAsync(0, r => Renumber(r, 9))));
        var list = await Gateway.Client.GetFromJsonAsync<JsonElement>("v1/sales", Token);
        Assert.Equal(1, list.GetProperty("sales").GetArrayLength());
    }

    [Fact]
    public async Task A_terminal_that_lost_its_count_finds_it_again_and_the_gap_of_one_that_jumps_is_shown()
    {
        var credentials = await Gateway.PairAsync("till-1", Token);
        using (var terminal = new TerminalClient(credentials, TimeProvider.System))
        {
            for (var i = 0; i < 3; i++) await terminal.HelloAsync(Device.Simulated($"till-{i}"), Token);
        }

        using (var forgetful = new TerminalClient(credentials, TimeProvider.System))
        {
            await forgetful.HelloAsync(Device.Simulated("till-9"), Token);
            Assert.Equal(5, forgetful.Credentials.NextSequence);
        }

        using var jumping = new TerminalClient(credentials with { NextSequence = 10 }, TimeProvider.System);
        await jumping.HelloAsync(Device.Simulated("till-1"), Token);
        var listed = (await Gateway.Staff.GetFromJsonAsync<JsonElement>("v1/staff/terminals", Token)).GetProperty("terminals").EnumerateArray()
            .Single(t => t.GetProperty("terminalId").GetString() == "till-1");
        var gap = Assert.Single(listed.GetProperty("gaps").EnumerateArray());
        Assert.Equal((5, 9), (gap.GetProperty("first").GetInt64(), gap.GetProperty("last").GetInt64()));
    }

    [Fact]
    public async Task Somebody_between_terminal_and_gateway_gets_neither_a_certificate_nor_the_terminals_trust()
    {
        await using var between = await Eavesdropper.StartAsync(Gateway.Addresses[2]);
        var code = await Gateway.InviteAsync("till-1", Token);
        var refused = await Assert.ThrowsAsync<TerminalException>(() => TerminalPairing.PairAsync(between.Address, code, Device.Simulated("till-1"), Token));
        Assert.Equal("pairing_refused", refused.Code);
        Assert.Equal(1, between.Passed);
    }

    [Fact]
    public async Task Whoever_tries_codes_is_slowed_down()
    {
        var codes = new List<string?>();
        for (var i = 0; i < 12; i++)
        {
            var refused = await Assert.ThrowsAsync<TerminalException>(() =>
                TerminalPairing.PairAsync(Gateway.Addresses[2], "0000-0000-0000-0000", Device.Simulated("till-1"), Token));
            codes.Add(refused.Code);
        }

        Assert.Equal("pairing_refused", codes[0]);
        Assert.Contains("rate_limited", codes);
    }

    [Fact]
    public async Task The_process_listens_on_its_three_ports_and_no_other()
    {
        Assert.Equal(Gateway.Addresses.Select(a => a.Port).Order(), (await ListeningAsync(Gateway.ProcessId)).Order());
        Assert.All(Gateway.Addresses, a => Assert.Equal("127.0.0.1", a.Host));
    }

    /// <summary>The TCP ports that a process listens on, from the kernel's tables: the sockets that it holds among those in state 0A (LISTEN).</summary>
    private static async Task<IReadOnlyList<int>> ListeningAsync(int processId)
    {
        var held = Directory.EnumerateFiles($"/proc/{processId}/fd").Select(fd => new FileInfo(fd).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal)).Select(target => target[8..^1]).ToHashSet();
        var ports = new List<int>();
        foreach (var table in new[] { "tcp", "tcp6" })
        {
            foreach (var line in (await File.ReadAllLinesAsync($"/proc/{processId}/net/{table}", Token)).Skip(1))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns[3] == "0A" && held.Contains(columns[9])) ports.Add(int.Parse(columns[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
        }

        return ports;
    }

    private static async Task<SslStream> ShakeHandsAsync(Uri address, X509Certificate2? certificate, SslProtocols protocols)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Token);
        var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = address.Host,
                EnabledSslProtocols = protocols,
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            Token);
        // With TLS 1.3 a client hears of its certificate's refusal only with the first answer.
        await tls.WriteAsync("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Token);
        var answer = new byte[9];
        await tls.ReadExactlyAsync(answer, Token);
        Assert.StartsWith("HTTP/1.1", System.Text.Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        // The rest of the answer, up to the end of its body; what comes after it is up to the test.
        var rest = new byte[64 * 1024];
        var text = "";
        while (!text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)) text += System.Text.Encoding.UTF8.GetString(rest, 0, await tls.ReadAsync(rest, Token));
        return tls;
    }

    private static async Task<X509Certificate2> ForeignCertificateAsync()
    {
        await using var elsewhere = await Terminals.Access.OpenAsync();
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var grant = await elsewhere.PairAsync(await elsewhere.InviteAsync(), Terminals.Access.NewRequest(key));
        using var certificate = X509CertificateLoader.LoadCertificate(grant!.Certificate);
        return certificate.CopyWithPrivateKey(key);
    }

    private static HttpClient Recorded(Credentials credentials, Recorder recorder)
    {
        var key = credentials.Key();
        var certificate = credentials.ClientCertificate();
        recorder.InnerHandler = new SocketsHttpHandler
        {
            SslOptions = { ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true), RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
        };
        var thumbprint = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
        return new HttpClient(new SigningHandler(recorder, key, thumbprint, new SequenceCounter(1), TimeProvider.System)) { BaseAddress = credentials.Terminals };
    }

    private static HttpClient Insecure() => new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } });

    private static void Renumber(HttpRequestMessage request, int sequence)
    {
        request.Headers.Remove("Terminal-Sequence");
        request.Headers.TryAddWithoutValidation("Terminal-Sequence", sequence.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        using (answer) return (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("code").GetString();
    }

    /// <summary>Keeps each signed request as it went out, to send it again, whole or changed.</summary>
    private sealed class Recorder : DelegatingHandler
    {
        private readonly List<(Uri Uri, List<KeyValuePair<string, IEnumerable<string>>> Headers, byte[] Content)> _sent = [];

        public Task<HttpResponseMessage> AgainAsync(int which, Action<HttpRequestMessage> change)
        {
            var (uri, headers, content) = _sent[which];
            var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(content) };
            foreach (var (name, values) in headers) request.Headers.TryAddWithoutValidation(name, values);
            change(request);
            return base.SendAsync(request, Token);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _sent.Add((request.RequestUri!, [.. request.Headers], await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
