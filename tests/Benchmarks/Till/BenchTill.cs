using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Benchmarks.Till;

/// <summary>A till on real files, as its host puts it together, without server and rounds. It sells one event's shirts without end.</summary>
internal sealed class BenchTill : IAsyncDisposable
{
    public const string EventId = "watch-night";
    public const string PopId = "berlin";
    public const string Sku = "shirt";
    public const long Price = 1250;

    private readonly ServiceProvider _services;

    private BenchTill(ServiceProvider services, EdgeStore store) => (_services, Store) = (services, store);

    public EdgeStore Store { get; }

    public SaleDesk Desk => Get<SaleDesk>();

    public static async Task<BenchTill> OpenAsync(string folder, Uri processor)
    {
        var edge = new EdgeSettings
        {
            Module = "gateway",
            PopId = PopId,
            DataPath = folder,
            EventsConnection = "",
            CommandsConnection = "",
            CommandSubscription = "",
            OutboxCapacity = 10_000_000,
        };
        var settings = new GatewaySettings { StaffKey = "staff", StripeApiKey = "sk_test_bench", StripeApiBase = processor, MaxConcurrentSales = 256 };
        var store = EdgeStore.Open(edge.StorePath, GatewaySchema.Steps);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new KeyRing(new byte[Sealing.KeyBytes]));
        GatewayHost.AddTill(services, settings);
        services.AddEdgeSync(edge, store);
        var till = new BenchTill(services.BuildServiceProvider(), store);
        await till.Get<Inbox>().AcceptAsync(new EdgeCommand { PopId = PopId, Key = $"event/{EventId}", Version = 1, IssuedAt = DateTimeOffset.UnixEpoch, Body = Event });
        return till;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <param name="number">The order's; ids sort in its order.</param>
    public static SaleRequest Request(long number, int terminal) => new(
        $"o-{number:D8}", $"terminal-{terminal}", number + 1, EventId, [new OrderLine(Sku, 1)], 0, $"pm_card_{number % 997}");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static ConfigureEvent Event { get; } = new()
    {
        EventId = EventId,
        Title = "Watch night",
        Phase = EventPhase.Live,
        Currency = Currency.Eur,
        StartsAt = DateTimeOffset.UnixEpoch,
        EndsAt = DateTimeOffset.UnixEpoch.AddYears(200),
        Catalogue = [new CatalogueItem(Sku, "Shirt", Price, int.MaxValue)],
        OfflineLimits = new OfflineLimits(1_000_000, 1_000_000_000_000)
        {
            PerCardMinorUnits = 1_000_000_000_000,
            PerTerminalMinorUnits = 1_000_000_000_000,
            MaxSales = int.MaxValue,
            MaxAgeMinutes = 1_000_000,
        },
    };
}
