using System.Globalization;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Durable.Execution;

/// <summary>What the orchestrator's code sees of its execution.</summary>
/// <remarks>Awaits here keep the orchestrator's scheduler: no ConfigureAwait(false).</remarks>
internal sealed class OrchestrationContext(OrchestrationExecution execution, ILoggerFactory loggers) : TaskOrchestrationContext
{
    private readonly InstanceRecord _instance = execution.Instance;
    private int _guidsMade;

    public override TaskName Name => _instance.Name;

    public override string InstanceId => _instance.Id;

    public override ParentOrchestrationInstance? Parent =>
        _instance.Parent is { } parent ? new ParentOrchestrationInstance(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => execution.Now;

    public override bool IsReplaying => execution.IsReplaying;

    public override string Version => _instance.Version;

    protected override ILoggerFactory LoggerFactory => loggers;

    public override T? GetInput<T>()
        where T : default => execution.Converter.Deserialize<T>(_instance.Input);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException("Options were given as the activity's input. Pass them as options.", nameof(input));
        }

        var version = options?.Version is { } explicitVersion ? explicitVersion.Version : Version;
        var serialized = execution.Converter.Serialize(input);
        return Retrying(options?.Retry, () => Outcome<TResult>(name, execution.Schedule(
            step => new ActivityScheduled(step, name),
            (step, effects) => effects.Activities.Add(new ActivityCall(step, name, version, serialized)))));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        InstanceIds.Check(instanceId);
        var version = options?.Version?.Version;
        var tags = options?.Tags?.ToDictionary(StringComparer.Ordinal);
        var serialized = execution.Converter.Serialize(input);
        return Retrying(options?.Retry, () => Outcome<TResult>(orchestratorName, execution.Schedule(
            step => new ChildScheduled(step, orchestratorName, instanceId),
            (step, effects) => effects.Children.Add(new ChildCall(step, orchestratorName, version, instanceId, serialized, tags)))));
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var due = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        var (step, fired) = execution.Schedule(
            number => new TimerCreated(number, due),
            (number, effects) => effects.Timers.Add(new TimerCall(number, due)));
        using var registration = cancellationToken.Register(() => execution.CancelTimer(step, cancellationToken));
        await fired.ConfigureAwait(true);
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        execution.RequireTurnThread();
        cancellationToken.ThrowIfCancellationRequested();
        var raised = execution.ExternalEvents.Wait(eventName, out var cancel);
        using var registration = cancel is null
            ? default
            : cancellationToken.Register(() => execution.Cancel(() => cancel(cancellationToken)));
        return execution.Converter.Deserialize<T>(await raised.ConfigureAwait(true))!;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var serialized = execution.Converter.Serialize(payload);
        execution.Record(
            step => new EventSent(step, instanceId, eventName),
            (_, effects) => effects.Events.Add(new OutgoingEvent(instanceId, eventName, serialized)));
    }

    public override void SetCustomStatus(object? customStatus) =>
        execution.SetCustomStatus(execution.Converter.Serialize(customStatus));

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        execution.ContinueAsNew(new ContinuedAsNewRequest(newInput, preserveUnprocessedEvents, null));

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        execution.ContinueAsNew(new ContinuedAsNewRequest(options.NewInput, options.PreserveUnprocessedEvents, options.NewVersion));
    }

    public override Guid NewGuid()
    {
        execution.RequireTurnThread();

        // The execution's number is part of the name: two executions may share one reading of the clock.
        return DeterministicGuid.Create(string.Create(
            CultureInfo.InvariantCulture, $"{InstanceId}_{_instance.Execution}_{CurrentUtcDateTime:O}_{_guidsMade++}"));
    }

    private async Task<TResult> Outcome<TResult>(string name, (int Step, Task<string?> Outcome) scheduled)
    {
        string? result;
        try
        {
            result = await scheduled.Outcome.ConfigureAwait(true);
        }
        catch (StepFailedException failed)
        {
            throw new TaskFailedException(name, scheduled.Step, failed.Failure.ToDetails()) { IsFinal = failed.Failure.Final };
        }

        return execution.Converter.Deserialize<TResult>(result)!;
    }

    private async Task<TResult> Retrying<TResult>(TaskRetryOptions? retry, Func<Task<TResult>> attempt)
    {
        var firstAttemptAt = CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attempt().ConfigureAwait(true);
            }
            catch (TaskFailedException failure) when (retry is not null && !failure.IsFinal)
            {
                if (!await MayRetry(retry, failure, attempts, firstAttemptAt).ConfigureAwait(true))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Waits as long as the policy says, or lets the handler wait.</summary>
    private async Task<bool> MayRetry(TaskRetryOptions retry, TaskFailedException failure, int attempts, DateTime firstAttemptAt)
    {
        if (retry.Handler is { } handler)
        {
            var context = new RetryContext(
                this, attempts, failure.FailureDetails, CurrentUtcDateTime - firstAttemptAt, CancellationToken.None);
            return await handler(context).ConfigureAwait(true);
        }

        if (retry.Policy!.DelayAfter(attempts, CurrentUtcDateTime - firstAttemptAt, failure) is not { } delay)
        {
            return false;
        }

        await CreateTimer(CurrentUtcDateTime.Add(delay), CancellationToken.None).ConfigureAwait(true);
        return true;
    }
}
