using System.Net;
using System.Net.Sockets;
using Marquee.EdgeSync.Hosting;
using Marquee.TerminalGateway.Hardening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marquee.TerminalGateway.Tests.Hardening;

public sealed class EgressTests : IAsyncLifetime
{
    private readonly TcpListener _elsewhere = new(IPAddress.Loopback, 0);
    private WebApplication _processor = null!;

    private Uri Processor => new(_processor.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private Uri Elsewhere => new($"http://127.0.0.1:{((IPEndPoint)_elsewhere.LocalEndpoint).Port}/");

    public async ValueTask InitializeAsync()
    {
        _elsewhere.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _processor = builder.Build();
        _processor.MapGet("/", () => "here");
        _processor.MapGet("/away", () => Results.Redirect(Elsewhere.AbsoluteUri));
        await _processor.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _elsewhere.Dispose();
        await _processor.DisposeAsync();
    }

    [Fact]
    public async Task What_is_configured_is_spoken_to()
    {
        using var client = new Egress([new(Processor)]).CreateClient(TimeSpan.FromSeconds(5));
        Assert.Equal("here", await client.GetStringAsync(Processor, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_not_configured_is_refused_before_a_connection_is_tried()
    {
        using var client = new Egress([new(Processor)]).CreateClient(TimeSpan.FromSeconds(5));
        var refused = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(Elsewhere, TestContext.Current.CancellationToken));
        Assert.True(refused is EgressRefusedException || refused.InnerException is EgressRefusedException);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://nowhere.invalid/"), TestContext.Current.CancellationToken));
        Assert.False(_elsewhere.Pending());
    }

    [Fact]
    public async Task A_redirect_elsewhere_is_not_followed()
    {
        using var client = new Egress([new(Processor)]).CreateClient(TimeSpan.FromSeconds(5));
        using var answer = await client.GetAsync(new Uri(Processor, "away"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.False(_elsewhere.Pending());
    }

    [Fact]
    public async Task The_same_host_by_another_scheme_is_elsewhere()
    {
        using var client = new Egress([new(new Uri($"https://127.0.0.1:{Processor.Port}/"))]).CreateClient(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(Processor, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("api.stripe.com")]
    [InlineData("ftp://api.stripe.com")]
    public void A_destination_is_an_http_address(string text) => Assert.Throws<EdgeConfigurationException>(() => EgressDestination.Of(text, "Stripe:ApiBase"));

    [Fact]
    public void Nothing_else_in_the_gateway_opens_connections_of_its_own()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Serverless.sln"))) root = Path.GetDirectoryName(root)!;
        var source = Path.Combine(root, "edge-modules", "TerminalGateway");
        // The workload API is a Unix socket of this machine; everything else goes through Egress.
        var openers = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var text && new[] { "new HttpClient", "SocketsHttpHandler", "HttpClientHandler", "new Socket(", "TcpClient", "UdpClient", "AddHttpClient", "WebSocket" }
                .Any(word => text.Contains(word, StringComparison.Ordinal)))
            .Select(file => Path.GetFileName(file)).Order();
        Assert.Equal(["Egress.cs", "WorkloadSecretBox.cs"], openers);
    }
}
