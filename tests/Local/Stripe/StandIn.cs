using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace Marquee.Local.Stripe.Tests;

/// <summary>A stand-in on a free port with its own folder and clock, and real Stripe.net clients that talk to it.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    /// <summary>A Monday.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private readonly bool _ownsFolder;

    private StandIn(StripeServer server, StripeOptions options, FakeTimeProvider time, bool ownsFolder)
    {
        (Server, Options, Time, _ownsFolder) = (server, options, time, ownsFolder);
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
        var ownsFolder = options.DataPath.Length == 0;
        if (ownsFolder)
            options.DataPath = Directory.CreateTempSubdirectory("stripe-").FullName;
        time ??= new FakeTimeProvider(Start);
        return new StandIn(await StripeServer.StartAsync(options, time), options, time, ownsFolder);
    }

    public StripeClient ClientFor(string key) =>
        new(key, apiBase: Server.Address.ToString().TrimEnd('/'), httpClient: new SystemNetHttpClient(maxNetworkRetries: 0));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        if (_ownsFolder)
            System.IO.Directory.Delete(Options.DataPath, recursive: true);
    }
}
