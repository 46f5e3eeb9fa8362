using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

/// <summary>A request that a receiver got.</summary>
internal sealed record ReceivedHook(string Kind, string Delivery, string Signature, byte[] Body);

/// <summary>A venue's system, which answers as it is told.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedHook> _received = new();

    private HookReceiver(WebApplication app) => _app = app;

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    public IReadOnlyList<ReceivedHook> Received => [.. _received];

    public Uri Address => new(_app.Urls.Single() + "/hooks");

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new HookReceiver(app);
        app.MapPost("/hooks", receiver.TakeAsync);
        app.MapPost("/elsewhere", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var headers = http.Request.Headers;
        _received.Enqueue(new(headers["Marquee-Event"].ToString(), headers["Marquee-Delivery"].ToString(), headers["Marquee-Signature"].ToString(), body.ToArray()));
        http.Response.StatusCode = (int)Answer;
        if (Answer == HttpStatusCode.Redirect) http.Response.Headers.Location = "/elsewhere";
    }
}
