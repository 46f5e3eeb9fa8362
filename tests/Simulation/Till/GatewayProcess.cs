using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.Simulation.Bus;
using Marquee.Simulation.Net;
using Marquee.Simulation.Processor;
using Marquee.Simulation.Time;
using Marquee.TerminalGateway;
using Marquee.TerminalGateway.Hardening;
using Marquee.TerminalGateway.Sales;
using Marquee.TerminalGateway.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.Simulation.Till;

/// <summary>What a gateway process finds around it.</summary>
internal sealed record GatewaySurroundings(
    Agenda Agenda, string PopId, string Folder, SimProcessor Processor, Link ProcessorLink, SimBus Bus, Link BusLink, ILoggerProvider Log)
{
    /// <summary>Changes a request to the processor on its way out. Only to show that the simulation notices.</summary>
    public Func<ProcessorCall, ProcessorCall> Change { get; init; } = call => call;
}

/// <summary>
/// One life of the gateway: the real till and EdgeSync as their host puts them together, without its HTTP server. It ends in order, or in the
/// middle of anything.
/// </summary>
internal sealed class GatewayProcess
{
    private readonly GatewaySurroundings _around;
    private readonly List<IHostedService> _running = [];
    private ServiceProvider? _services;

    public GatewayProcess(GatewaySurroundings around, Life life, Crash crash)
    {
        (_around, Life, Crash) = (around, life, crash);
        Time = new VirtualTime(around.Agenda, life);
    }

    public Life Life { get; }

    public Crash Crash { get; }

    public VirtualTime Time { get; }

    public EdgeStore? Store { get; private set; }

    public bool IsServing { get; private set; }

    public SaleDesk Desk => Get<SaleDesk>();

    public T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    /// <exception cref="EdgeStoreException">The store cannot be opened; also when the process dies while it opens.</exception>
    public async Task StartAsync()
    {
        var edge = new EdgeSettings
        {
            Module = "gateway",
            PopId = _around.PopId,
            DataPath = _around.Folder,
            EventsConnection = "",
            CommandsConnection = "",
            CommandSubscription = $"pop-{_around.PopId}",
        };
        var settings = new GatewaySettings
        {
            StaffKey = "staff",
            StripeApiKey = "sk_test_simulation",
            StripeApiBase = new Uri("http://processor.simulation"),
        };
        Store = EdgeStore.Open(edge.StorePath, GatewaySchema.Steps);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_around.Log));
        services.AddMetrics();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton(await KeyRing.OpenAsync(Store, new SimSecretBox(), Time, CancellationToken.None).ConfigureAwait(false));
        GatewayHost.AddTill(services, settings);
        services.AddEdgeSync(edge, Store);
        GatewayHost.AddRounds(services);
        services.RemoveAll<HttpClient>();
        services.AddSingleton(_ => new HttpClient(new ProcessorLine(_around.Processor, _around.ProcessorLink, Crash, _around.Change)) { Timeout = Timeout.InfiniteTimeSpan });
        var bus = new SimBusClient(_around.Bus, _around.BusLink, Crash, Time);
        services.RemoveAll<EdgeBus>();
        services.AddSingleton(_ => new EdgeBus(edge, bus, bus));
        // The readiness line tells the address of a server that is not here.
        foreach (var line in services.Where(s => s.ImplementationType == typeof(ReadinessLine)).ToList()) services.Remove(line);
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>())
        {
            if (Life.IsOver) return;
            _running.Add(service);
            await service.StartAsync(CancellationToken.None).ConfigureAwait(false);
        }

        IsServing = !Life.IsOver;
    }

    /// <summary>Ends in order, as when the process is told to stop.</summary>
    public async Task StopAsync()
    {
        IsServing = false;
        foreach (var service in Enumerable.Reverse(_running)) await service.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Frees what a dead process held on to. Its writes fail by then.</summary>
    public async Task CloseAsync()
    {
        IsServing = false;
        if (Store is not null) await Store.DisposeAsync().ConfigureAwait(false);
    }
}
