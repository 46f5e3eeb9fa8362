using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Health;
using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marquee.EdgeSync.Tests;

/// <summary>A small module in this process, hosted as the real ones are.</summary>
internal sealed class Module : IHealthSource, IAsyncDisposable
{
    private readonly WebApplication _app;

    private Module(string folder, Bus bus)
    {
        var settings = new EdgeSettings
        {
            Module = "module",
            PopId = Bus.PopId,
            DataPath = folder,
            EventsConnection = bus.EventsConnection,
            CommandsConnection = bus.CommandsConnection,
            CommandSubscription = Bus.Subscription,
            MaxFactsPerBatch = 7,
            RetryLeast = TimeSpan.FromMilliseconds(50),
            RetryMost = TimeSpan.FromMilliseconds(400),
        };
        Store = EdgeStore.Open(settings.StorePath, TitleBook.Steps);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ICommandHandler, TitleBook>();
        builder.Services.AddSingleton<IHealthSource>(this);
        builder.Services.AddEdgeSync(settings, Store);
        _app = builder.Build();
    }

    public EdgeStore Store { get; }

    public Outbox Outbox => _app.Services.GetRequiredService<Outbox>();

    public SyncSnapshot Sync => _app.Services.GetRequiredService<SyncState>().Snapshot;

    public string Stream => "health";

    public NodeCondition Current { get; set; } = NodeCondition.Healthy;

    public static async Task<Module> StartAsync(string folder, Bus bus)
    {
        var module = new Module(folder, bus);
        await module._app.StartAsync();
        return module;
    }

    public async Task AppendAsync(int first, int count)
    {
        for (var i = first; i < first + count; i++)
            await Store.WriteAsync(tx => Outbox.Append(tx, "till", new NodeHealth("module", "1", "healthy", FormattableString.Invariant($"{i}"))));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
