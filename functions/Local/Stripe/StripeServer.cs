using System.Net;
using Marquee.Local.Stripe.Control;
using Marquee.Local.Stripe.Resources;
using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Marquee.Local.Stripe;

/// <summary>
/// The stand-in as a running server. <c>Program</c> and tests start it alike; give <see cref="Address"/> to Stripe.net as its
/// <c>apiBase</c>.
/// </summary>
internal sealed class StripeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Database _database;
    private readonly DeliveryLoop _loop;
    private readonly Outage _outage;

    private StripeServer(WebApplication app, Database database, DeliveryLoop loop, Outage outage)
    {
        (_app, _database, _loop, _outage) = (app, database, loop, outage);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public Uri Address { get; }

    /// <param name="options">Where and how; <see cref="StripeOptions.DataPath"/> is needed.</param>
    /// <param name="time">The wall's clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<StripeServer> StartAsync(StripeOptions options, TimeProvider time,
        CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseUrls(LoopbackOnly(options.Url));
        var app = builder.Build();
        var database = new Database(options.DataPath);
        var setting = new Setting(options);
        var clock = new BookClock(time, database);
        var jobs = new Jobs(database, setting, clock);
        Books.Schedule(jobs);
        database.Run(() => Prepare(new Session(database, setting, setting.Platform, clock.Now)));
        var queue = new DeliveryQueue(database, setting, clock);
        var loop = new DeliveryLoop(queue, jobs, clock, options, app.Services.GetRequiredService<ILogger<DeliveryLoop>>());
        var outage = new Outage();
        var catalog = new OperationCatalog();
        var api = new Api(database, setting, clock, catalog, Books.Routes(catalog), jobs, outage, loop.Wake,
            app.Services.GetRequiredService<ILogger<Api>>());
        new ControlApi(database, setting, clock, jobs, outage, loop, queue, Prepare).Map(app);
        app.Map("/{**path}", api.HandleAsync);
        await app.StartAsync(cancellationToken);
        loop.Start();
        return new StripeServer(app, database, loop, outage);
    }

    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        _outage.Dispose();
        await _app.StopAsync();
        await _loop.DisposeAsync();
        await _app.DisposeAsync();
        _database.Dispose();
    }

    private static bool Prepare(Session platform)
    {
        Accounts.Own(platform);
        WebhookEndpoints.Configure(platform, platform.Setting.Options.Webhooks);
        return true;
    }

    private static string LoopbackOnly(string url)
    {
        var host = new Uri(url).Host;
        return host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)) ? url
            : throw new ArgumentException($"The stand-in binds to loopback only, not to {host}.", nameof(url));
    }
}
