using System.Collections.Concurrent;
using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Parts;
using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Tests.Running;

/// <summary>The whole platform, as its users start it, on free ports and a folder of its own; one for all tests of this project.</summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<ProcessReport> _reports = new();
    private readonly SemaphoreSlim _first = new(1, 1);
    private DemoOutcome? _undisturbed;

    internal PlatformHost Host { get; private set; } = null!;

    internal IReadOnlyCollection<ProcessReport> Reports => _reports;

    public async ValueTask InitializeAsync() => Host = await PlatformHost.StartAsync(
        new PlatformOptions
        {
            Repository = Repository.Find(),
            Data = new DataFolder(_folder.File("data")),
            Ports = PortPlan.Free(Environment.ProcessId),
            // Slow is not away: on a busy machine a till may wait longer for Stripe than a customer would.
            TillPatience = TimeSpan.FromSeconds(60),
        },
        _reports.Enqueue,
        TestContext.Current.CancellationToken);

    /// <summary>Plays the smallest demo. The same seed for all, so that all end the same.</summary>
    internal async Task<DemoOutcome> PlayAsync(string id, Action<DemoStep> entered)
    {
        var plan = DemoPlan.Create(id, seed: 7, DemoSize.Smallest, Topology.PopIds);
        using var run = new DemoRun(plan, Host.Urls, Host.Secrets, TimeProvider.System, _ => { });
        run.Entered += entered;
        return await run.PlayAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The demo without a kill, played once.</summary>
    internal async Task<DemoOutcome> UndisturbedAsync()
    {
        await _first.WaitAsync();
        try
        {
            return _undisturbed ??= await PlayAsync("undisturbed", _ => { });
        }
        finally
        {
            _first.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        _first.Dispose();
        KeepLogs();
        _folder.Dispose();
    }

    // For whoever looks into a failure; the folder itself goes.
    private void KeepLogs()
    {
        var kept = Directory.CreateDirectory(Repository.Find().PathOf("TestResults", "platform-logs")).FullName;
        foreach (var log in new DirectoryInfo(_folder.File("data/logs")).GetFiles())
            log.CopyTo(Path.Combine(kept, log.Name), overwrite: true);
    }
}

[CollectionDefinition(Name)]
public sealed class RunningPlatformCollection : ICollectionFixture<RunningPlatform>
{
    public const string Name = "the running platform";
}
