using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Durable.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.Local.Durable.Tests;

/// <summary>An engine in a folder of its own, on a clock that the test moves, which can be stopped, crashed and started again.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private readonly Action<DurableEngine> _register;
    private readonly Func<DurableEngineOptions, DurableEngineOptions> _configure;
    private readonly ILoggerFactory? _loggers;
    private DurableEngine? _engine;

    private EngineHost(
        Action<DurableEngine> register, Func<DurableEngineOptions, DurableEngineOptions>? configure, ILoggerFactory? loggers)
    {
        _register = register;
        _configure = configure ?? (options => options);
        _loggers = loggers;
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public DurableEngine Engine => _engine ?? throw new InvalidOperationException("The engine is stopped.");

    public DurableTaskClient Client => Engine.Client;

    public string DatabasePath => _folder.File("durable.db");

    public static async Task<EngineHost> StartAsync(
        Action<DurableEngine> register,
        Func<DurableEngineOptions, DurableEngineOptions>? configure = null,
        ILoggerFactory? loggers = null)
    {
        var host = new EngineHost(register, configure, loggers);
        await host.OpenAsync();
        return host;
    }

    public async Task OpenAsync(Action<DurableEngine>? register = null, Action<CommitPoint>? onCommitPoint = null)
    {
        var options = _configure(new DurableEngineOptions { DatabasePath = DatabasePath, OnCommitPoint = onCommitPoint });
        _engine = new DurableEngine(options, Time, _loggers);
        (register ?? _register)(_engine);
        await _engine.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task CloseAsync()
    {
        if (_engine is { } engine)
        {
            _engine = null;
            await engine.DisposeAsync();
        }
    }

    public async Task RestartAsync(Action<DurableEngine>? register = null)
    {
        await CloseAsync();
        await OpenAsync(register);
    }

    public Task IdleAsync() => Engine.WhenIdleAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Lets everything happen that needs no timer; then moves the clock to the next timer; until the instance has ended.</summary>
    public async Task<OrchestrationMetadata> RunToEndAsync(string instanceId)
    {
        while (true)
        {
            await IdleAsync();
            var instance = await GetAsync(instanceId);
            if (instance.IsCompleted)
            {
                return instance;
            }

            if (Engine.Failure.IsCompleted)
            {
                throw await Engine.Failure;
            }

            var due = Engine.ReadNextTimerDue() ?? throw new InvalidOperationException($"Nothing will ever happen to {instance}.");
            if (due > Time.GetUtcNow())
            {
                Time.SetUtcNow(due);
            }
        }
    }

    /// <summary>Starts an instance and runs it to its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null) =>
        await RunToEndAsync(await ScheduleAsync(name, input, options));

    public Task<string> ScheduleAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null) =>
        Client.ScheduleNewOrchestrationInstanceAsync(name, input, options, TestContext.Current.CancellationToken);

    public Task RaiseAsync(string instanceId, string name, object? payload = null) =>
        Client.RaiseEventAsync(instanceId, name, payload, TestContext.Current.CancellationToken);

    public async Task<OrchestrationMetadata> GetAsync(string instanceId) =>
        await Client.GetInstanceAsync(instanceId, true, TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"There is no instance '{instanceId}'.");

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }
}
