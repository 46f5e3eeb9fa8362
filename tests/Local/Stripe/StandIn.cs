using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace Marquee.Local.Stripe.Tests;

/// <summary>A stand-in on a free port with its own folder and clock, and real Stripe.net clients that talk to it.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    /// <summary>A Monday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder? _folder;

    private StandIn(StripeServer server, StripeOptions options, FakeTimeProvider time, TempFolder? folder)
    {
        (Server, Options, Time, _folder) = (server, options, time, folder);
        StripeConfiguration.EnableTelemetry = false;
        Http = new HttpClient { BaseAddress = server.Address };
        Client = ClientFor("sk_test_marquee");
        Control = new Control(Http);
    }

    public StripeServer Server { get; }
    public StripeOptions Options { get; }
    public FakeTimeProvider Time { get; }
    public HttpClient Http { get; }
    public StripeClient Client { get; }
    public Control Control { get; }

    public static async Task<StandIn> StartAsync(Action<StripeOptions>? configure = null, FakeTimeProvider? time = null)
    {
        var options = new StripeOptions { SettlementDelay = TimeSpan.FromSeconds(10), PayoutDelay = TimeSpan.FromSeconds(10) };
        configure?.Invoke(options);
        var folder = options.DataPath.Length == 0 ? new TempFolder() : null;
        if (folder is not null)
            options.DataPath = folder.Path;
        time ??= new FakeTimeProvider(Start);
        return new StandIn(await StripeServer.StartAsync(options, time), options, time, folder);
    }

    public StripeClient ClientFor(string key) =>
        new(key, apiBase: Server.Address.ToString().TrimEnd('/'), httpClient: new SystemNetHttpClient(maxNetworkRetries: 0));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        _folder?.Dispose();
    }
}
