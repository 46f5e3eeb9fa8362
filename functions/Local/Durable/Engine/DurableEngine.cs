using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Converters;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.Local.Durable.Engine;

/// <summary>Runs an orchestrator's code once, from the beginning, against a context that replays what has happened so far.</summary>
/// <returns>
/// The orchestration's output, not yet serialized; null for none. Whatever lies between this delegate and the orchestrator's own code must
/// not leave the orchestrator's thread: no ConfigureAwait(false), no awaiting of anything but the orchestrator.
/// </returns>
internal delegate Task<object?> OrchestratorBody(TaskOrchestrationContext context);

/// <summary>Runs one activity call.</summary>
/// <param name="context">The call.</param>
/// <param name="serializedInput">Its input as text, to be read with the engine's converter; null for none.</param>
/// <param name="stopping">Cancelled when the engine stops without waiting any longer; the call is then repeated after the next start.</param>
/// <returns>The activity's output, not yet serialized; null for none.</returns>
internal delegate Task<object?> ActivityBody(TaskActivityContext context, string? serializedInput, CancellationToken stopping);

/// <summary>
/// An orchestration engine on one SQLite file, for one process on one machine. Register everything, start, then use the client.
/// </summary>
/// <remarks>
/// One turn of an instance is one write; the writes of many instances share a transaction. An activity's outcome and a timer's firing are
/// stored by the turn that takes them in, so that a chain of n activities costs n + 2 writes. When the store fails the engine stops for
/// good, see <see cref="Failure"/>: what was not stored did not happen, and goes on after the next start.
/// </remarks>
internal sealed partial class DurableEngine : IAsyncDisposable
{
    private readonly Dictionary<string, OrchestratorBody> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ActivityBody> _activities = new(StringComparer.OrdinalIgnoreCase);
    private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;
    private DurableStore? _store;
    private bool _stopped;

    /// <param name="options">The settings.</param>
    /// <param name="time">The clock of orchestrations and timers.</param>
    /// <param name="loggers">Where the engine and its orchestrations log.</param>
    /// <param name="converter">Serializes inputs, outputs, events and statuses.</param>
    /// <param name="newInstanceId">Makes ids for instances that are started without one.</param>
    public DurableEngine(
        DurableEngineOptions options,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        DataConverter? converter = null,
        Func<string>? newInstanceId = null)
    {
        Options = options;
        Time = time ?? TimeProvider.System;
        Loggers = loggers ?? NullLoggerFactory.Instance;
        Converter = converter ?? JsonDataConverter.Default;
        _logger = Loggers.CreateLogger("Marquee.Local.Durable.Engine");
        Turns = new TurnScheduler(this, new TurnRunner(this));
        Activities = new ActivityDispatcher(this);
        Timers = new TimerScheduler(this);
        Client = new EngineClient(this, newInstanceId ?? (() => Guid.CreateVersion7(Time.GetUtcNow()).ToString("N")));
    }

    public DurableEngineOptions Options { get; }

    public DataConverter Converter { get; }

    /// <summary>The client of this engine's hub.</summary>
    public DurableTaskClient Client { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Loggers { get; }

    /// <summary>Completes, with the reason, when the engine has failed and must be started again.</summary>
    public Task<Exception> Failure => _failure.Task;

    internal WorkTracker Work { get; } = new();

    internal TurnScheduler Turns { get; }

    internal ActivityDispatcher Activities { get; }

    internal TimerScheduler Timers { get; }

    internal InstanceWaiters Waiters { get; } = new();

    internal DurableStore Store => _store ?? throw new InvalidOperationException("The orchestration engine has not been started.");

    /// <summary>Makes an orchestrator known. Names are unique without regard to case.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or the engine has started.</exception>
    public void RegisterOrchestrator(TaskName name, OrchestratorBody body) => Register(_orchestrators, name, body, "orchestrator");

    /// <summary>Makes an activity known. Names are unique without regard to case.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or the engine has started.</exception>
    public void RegisterActivity(TaskName name, ActivityBody body) => Register(_activities, name, body, "activity");

    /// <summary>Opens the store and goes on with everything in it.</summary>
    /// <exception cref="IOException">Another engine has the file open.</exception>
    public Task StartAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_store is not null)
        {
            throw new InvalidOperationException("The orchestration engine has already been started.");
        }

        _store = new DurableStore(Options.DatabasePath, Options.MaxGroupCommit, Options.OnCommitPoint);
        _store.Failure.ContinueWith(
            failure => Fail(failure.Result), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Recover(_store);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Takes up no more work, waits for running activities (<see cref="DurableEngineOptions.StopTimeout"/>) and commits what is done.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        using var timeout = new CancellationTokenSource(Options.StopTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        await StopCoreAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>Stops at once, giving up running activities; commits what is done.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopCoreAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        Activities.Dispose();
        Timers.Dispose();
    }

    /// <summary>Completes when there is nothing to do before a timer or a client asks for something.</summary>
    public Task WhenIdleAsync() => Work.WhenIdle();

    /// <summary>When the earliest timer is due that has not fired, for those who move the clock; null when there is none.</summary>
    public DateTimeOffset? ReadNextTimerDue() => Timers.ReadNextDue();

    /// <summary>The recorded turns of an instance's present execution, for inspection; none when there is no such instance.</summary>
    public IReadOnlyList<TurnRecord> ReadHistory(string instanceId) => Store.Read<IReadOnlyList<TurnRecord>>(
        session => session.Find(instanceId) is { } instance ? session.History(instance.Key) : []);

    internal OrchestratorBody? FindOrchestrator(string name) => _orchestrators.GetValueOrDefault(name);

    internal ActivityBody? FindActivity(string name) => _activities.GetValueOrDefault(name);

    /// <summary>The engine cannot go on: nothing more is begun, and those who wait are told.</summary>
    internal void Fail(Exception reason)
    {
        if (_stopped || !_failure.TrySetResult(reason))
        {
            return;
        }

        LogFailed(reason);
        Turns.Stop();
        Timers.Stop();
        Waiters.FailAll(new StoreFailedException(reason));
    }

    private void Register<TBody>(Dictionary<string, TBody> bodies, TaskName name, TBody body, string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        if (_store is not null)
        {
            throw new InvalidOperationException($"The {kind} '{name}' cannot be registered: the orchestration engine has started.");
        }

        if (!bodies.TryAdd(name, body))
        {
            throw new InvalidOperationException($"An {kind} named '{name}' is already registered.");
        }
    }

    // Nothing runs until all that the store has is queued: what is committed meanwhile would otherwise be queued twice or out of order.
    private void Recover(DurableStore store)
    {
        foreach (var (key, execution) in store.Read(session => session.InstancesAwaitingStart()))
        {
            Turns.Deliver(key, new StoredMessage(new ExecutionStarted(), execution));
        }

        store.Read(session => session.InstancesWithMessages()).ForEach(Turns.DeliverFromStore);
        Activities.AddFromStore();
        Turns.Start();
        Timers.Read();
    }

    private async Task StopCoreAsync(CancellationToken cancellation)
    {
        if (_stopped || _store is null)
        {
            return;
        }

        _stopped = true;
        Timers.Stop();
        await Activities.StopAsync(cancellation).ConfigureAwait(false);
        Turns.Stop();

        // Closing the store waits for its writer, which must not be the thread that waits.
        await Task.Run(_store.Dispose, CancellationToken.None).ConfigureAwait(false);
        Waiters.FailAll(new StoreFailedException(null));
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The orchestration engine has stopped: its store failed")]
    private partial void LogFailed(Exception reason);
}
