using System.Collections.Immutable;
using Marquee.Local.Durable.Abstractions;
using Marquee.Local.Durable.Engine;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Durable;

/// <summary>
/// What an orchestrator may use: everything here is recorded and replayed, so that the orchestrator's code runs again to the same state
/// after a restart. Use it from the orchestrator's own thread only, and await nothing else.
/// </summary>
public abstract class TaskOrchestrationContext
{
    /// <summary>The orchestrator's name.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The id of this instance.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The orchestration that started this one as its child, if any.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The orchestration's clock: the recorded time of the turn being run or replayed.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether the code that runs now has run before.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version that the instance runs as; empty when unversioned.</summary>
    public virtual string Version => string.Empty;

    /// <summary>Configuration handed to the orchestration.</summary>
    public virtual IReadOnlyDictionary<string, object?> Properties => ImmutableDictionary<string, object?>.Empty;

    /// <summary>Makes loggers that are silent during replay.</summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory => new ReplaySafeLoggerFactory(this, LoggerFactory);

    /// <summary>Makes loggers that are not.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>The orchestration's input.</summary>
    public abstract T? GetInput<T>();

    /// <inheritdoc cref="CallActivityAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <inheritdoc cref="CallActivityAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    /// <inheritdoc cref="CallActivityAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) =>
        CallActivityAsync<TResult>(name, null, options);

    /// <summary>Runs an activity at least once and records its outcome exactly once.</summary>
    /// <exception cref="TaskFailedException">The activity failed, and was not to be tried again.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <inheritdoc cref="CreateTimer(DateTime, CancellationToken)"/>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>A timer that survives restarts. Cancelling it makes the task cancelled and the timer void.</summary>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for an event with this name (without regard to case). Events that came before anybody waited are kept, and given out in
    /// the order in which they came.
    /// </summary>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WaitForExternalEvent{T}(string, TimeSpan, CancellationToken)"/>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an event with this name, for no longer than <paramref name="timeout"/>.</summary>
    /// <exception cref="TaskCanceledException">The time ran out or <paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timerCancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var eventCancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = CreateTimer(timeout, timerCancellation.Token);
        var received = WaitForExternalEvent<T>(eventName, eventCancellation.Token);

        // The orchestrator's own context must be kept across these awaits, so no ConfigureAwait(false).
        var first = await Task.WhenAny(received, timer).ConfigureAwait(true);
        var loser = first == received ? timerCancellation : eventCancellation;
#pragma warning disable CA1849, S6966 // CancelAsync would leave the orchestrator's thread.
        loser.Cancel();
#pragma warning restore CA1849, S6966
        return await received.ConfigureAwait(true);
    }

    /// <summary>Raises an event for another instance; it is dropped if that instance does not exist or has ended.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Sets what status queries show of the orchestration's progress; null clears it.</summary>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Runs another orchestration as a child and awaits its output.</summary>
    /// <exception cref="TaskFailedException">The child failed or was terminated, and was not to be tried again.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <inheritdoc cref="CallSubOrchestratorAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <inheritdoc cref="CallSubOrchestratorAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <inheritdoc cref="CallSubOrchestratorAsync{TResult}(TaskName, object?, TaskOptions?)"/>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Ends this execution when the orchestrator returns, and starts over with a new input and an empty history.</summary>
    /// <param name="newInput">The input of the new execution.</param>
    /// <param name="preserveUnprocessedEvents">Whether events that nobody waited for go to the new execution.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <inheritdoc cref="ContinueAsNew(object?, bool)"/>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!string.IsNullOrWhiteSpace(options.NewVersion))
        {
            throw new NotSupportedException($"{GetType()} does not support a new version when it continues as new.");
        }

        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>A name-based (version 5) UUID that a replay makes again.</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that is silent during replay.</summary>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) => ReplaySafeLoggerFactory.CreateLogger(categoryName);

    /// <inheritdoc cref="CreateReplaySafeLogger(string)"/>
    public virtual ILogger CreateReplaySafeLogger(Type type) => ReplaySafeLoggerFactory.CreateLogger(type);

    /// <inheritdoc cref="CreateReplaySafeLogger(string)"/>
    public virtual ILogger CreateReplaySafeLogger<T>() => ReplaySafeLoggerFactory.CreateLogger<T>();

    /// <summary>Compares <see cref="Version"/> to another: negative when this instance's is the older.</summary>
    public virtual int CompareVersionTo(string version) => TaskOrchestrationVersioningUtils.CompareVersions(Version, version);
}
