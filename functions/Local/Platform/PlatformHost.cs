using System.Collections.Immutable;
using System.Text;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Parts;
using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform;

/// <summary>
/// The whole platform on one machine: its processes, started in stages and kept running until this is disposed.
/// One at a time stands on a data folder. Reports come from the supervisions' threads.
/// </summary>
internal sealed class PlatformHost : IAsyncDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly PlatformOptions _options;
    private readonly IDisposable _lock;
    private readonly HttpClient _http = new() { Timeout = ProbeTimeout };
    private readonly Lock _runFileGate = new();
    private readonly ImmutableArray<ImmutableArray<SupervisedProcess>> _stages;

    private PlatformHost(PlatformOptions options, IDisposable held, Action<ProcessReport> report)
    {
        _options = options;
        _lock = held;
        var data = options.Data;
        var entities = ServiceBusEntities.Read();
        Secrets = PlatformSecrets.Load(data.Secrets, entities.KeyNames);
        OwnerOnly.Write(data.ServiceBusConfig, Encoding.UTF8.GetBytes(entities.WithKeys(Secrets.ServiceBusKeys)));
        var endpoints = new Endpoints(options.Ports, Secrets, Topology.PopIds);
        Urls = endpoints.Urls;
        var topology = new Topology(options, Secrets, endpoints);
        _stages = [.. topology.Stages.Select(stage => stage.Processes.Select(Supervise).ToImmutableArray())];

        SupervisedProcess Supervise(ProcessSpec spec)
        {
            var process = new SupervisedProcess(spec, new LogFile(data.LogOf(spec.Name)), _http, options.Time, report);
            process.Started += WriteRunFile;
            return process;
        }
    }

    public PlatformUrls Urls { get; }

    public PlatformSecrets Secrets { get; }

    /// <summary>The names of the processes, in the order of their start.</summary>
    public IReadOnlyList<string> Names => [.. Processes.Select(process => process.Name)];

    /// <summary>The ids of the processes that run at this moment, by name.</summary>
    public IReadOnlyDictionary<string, int> ProcessIds => Running().ToDictionary(child => child.Name, child => child.ProcessId);

    private IEnumerable<SupervisedProcess> Processes => _stages.SelectMany(stage => stage);

    /// <summary>Completes when every process is ready. What a platform that died on the same folder left running is ended first.</summary>
    /// <exception cref="PlatformException">The folder or a port is taken, something is not built, or a process does not become
    /// ready.</exception>
    public static async Task<PlatformHost> StartAsync(
        PlatformOptions options, Action<ProcessReport> report, CancellationToken cancellationToken)
    {
        var held = options.Data.Lock();
        try
        {
            foreach (var name in Orphans.End(options.Data.Running)) report(new OrphanEnded(name));
            if (options.Ports.Taken() is { Count: > 0 } taken)
            {
                throw new PlatformException(
                    $"Something else listens on port {string.Join(", ", taken)} of 127.0.0.1; "
                    + $"--port-base N moves the platform to the {PortPlan.Count} ports from N.");
            }

            var host = new PlatformHost(options, held, report);
            await host.StartStagesAsync(cancellationToken);
            return host;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILLs a process; it is started again by itself.</summary>
    public Task KillAsync(string name) => Find(name).KillAsync();

    public Task ReadyAsync(string name, CancellationToken cancellationToken) => Find(name).ReadyAsync(cancellationToken);

    /// <summary>Stops what was started, last stage first, and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes) process.StandDown();
        foreach (var stage in _stages.Reverse())
            await Task.WhenAll(stage.Select(process => process.DisposeAsync().AsTask()));

        File.Delete(_options.Data.Running);
        _http.Dispose();
        _lock.Dispose();
    }

    private async Task StartStagesAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var stage in _stages)
                await Task.WhenAll(stage.Select(process => process.StartAsync(cancellationToken)));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private SupervisedProcess Find(string name) =>
        Processes.FirstOrDefault(process => process.Name == name)
            ?? throw new ArgumentException($"No process is called '{name}'.", nameof(name));

    private void WriteRunFile()
    {
        lock (_runFileGate) new RunFile(Environment.ProcessId, Urls, Running()).Write(_options.Data.Running);
    }

    private List<ChildProcess> Running() => [.. Processes
        .Select(process => (process.Name, process.Current))
        .Where(process => process.Current is not null)
        .Select(process => new ChildProcess(process.Name, process.Current!.Value.Id, process.Current.Value.StartedAt))];
}
