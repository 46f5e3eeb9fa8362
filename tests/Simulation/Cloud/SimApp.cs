using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Marquee.App;
using Marquee.App.Inbox;
using Marquee.Simulation.Bus;
using Marquee.Simulation.Net;
using Marquee.Simulation.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marquee.Simulation.Cloud;

/// <summary>One host's copy of the app, the real one, with the simulation's tables and bus under it.</summary>
internal sealed class SimApp : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public SimApp(SimTables tables, Link tableLink, SimBus bus, Link busLink, Crash? crash, TimeProvider time, ILoggerProvider log)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["ServiceBusConnection"] = "Endpoint=sb://simulation",
            ["Stripe:ApiKey"] = "sk_test_simulation",
            ["Stripe:WebhookSecret"] = "whsec_simulation",
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(time);
        services.AddMarquee(configuration);
        services.AddSingleton(Tables(new TableLine(tables, tableLink, crash, time)));
        services.AddSingleton<ServiceBusClient>(new SimBusClient(bus, busLink, crash, time));
        _services = services.BuildServiceProvider();
        Inbox = ActivatorUtilities.CreateInstance<EdgeEventsInbox>(_services);
    }

    public EdgeEventsInbox Inbox { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    // Without the client's own retries, which wait in real time: a failing request fails the invocation, and the bus brings its facts again.
    private static TableServiceClient Tables(HttpMessageHandler line) => new(
        new Uri("https://tables.simulation"),
        new AzureSasCredential("sig=simulation"),
        new TableClientOptions
        {
            Transport = new HttpClientTransport(new HttpClient(line) { Timeout = Timeout.InfiniteTimeSpan }),
            Retry = { MaxRetries = 0, NetworkTimeout = Timeout.InfiniteTimeSpan },
            Diagnostics = { IsLoggingEnabled = false, IsDistributedTracingEnabled = false, IsTelemetryEnabled = false },
        });
}
