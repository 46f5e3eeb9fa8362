using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>Somebody on the venue's network who shows terminals a certificate of their own and passes on what they say.</summary>
internal sealed class Eavesdropper : IAsyncDisposable
{
    private readonly HttpClient _gateway = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } });
    private WebApplication? _app;
    private int _passed;

    public Uri Address => new(_app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Pairings passed on.</summary>
    public int Passed => Volatile.Read(ref _passed);

    public static async Task<Eavesdropper> StartAsync(Uri pairing)
    {
        var between = new Eavesdropper();
        await using var own = await Terminals.Access.OpenAsync();
        var certificate = own.Authority.IssueToGateway(["127.0.0.1"], TimeProvider.System.GetUtcNow());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        between._app = builder.Build();
        between._app.MapPost("/v1/pairings", async (HttpRequest request) =>
        {
            Interlocked.Increment(ref between._passed);
            using var body = new StreamContent(request.Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(request.ContentType!) } };
            using var answer = await between._gateway.PostAsync(new Uri(pairing, "v1/pairings"), body, request.HttpContext.RequestAborted);
            var text = await answer.Content.ReadAsStringAsync(request.HttpContext.RequestAborted);
            return Results.Text(text, "application/json", statusCode: (int)answer.StatusCode);
        });
        await between._app.StartAsync();
        return between;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _gateway.Dispose();
    }
}
