using Marquee.Local.Durable.Engine;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Durable.Execution;

/// <summary>
/// One execution of an orchestrator, alive in memory: its code, parked where it waits, and what it waits for. It is brought up to date by
/// replaying its history, and taken on by new turns. It does no I/O: a turn's answer is for the caller to store.
/// </summary>
internal sealed class OrchestrationExecution
{
    private readonly OrchestratorBody? _body;
    private readonly OrchestratorScheduler _scheduler;
    private readonly OrchestrationContext _context;
    private readonly PendingSteps _pending = new();
    private readonly Queue<InboundEvent> _held = new();
    private readonly Queue<ScheduledStep> _recorded = new();
    private readonly List<InboundEvent> _events = [];
    private readonly List<ScheduledStep> _steps = [];
    private TurnEffects _effects = new();
    private Task<Task<object?>>? _run;
    private ContinuedAsNewRequest? _continueAsNew;
    private int _foreignContinuations;
    private int _nextStep;

    /// <remarks>
    /// <paramref name="body"/> is null when no orchestrator is registered under the name. <paramref name="onForeignContinuation"/> is told,
    /// on another thread, that the orchestrator awaited something which is not durable.
    /// </remarks>
    public OrchestrationExecution(
        InstanceRecord instance, OrchestratorBody? body, DataConverter converter, ILoggerFactory loggers, Action onForeignContinuation)
    {
        Instance = instance;
        Converter = converter;
        _body = body;
        _scheduler = new OrchestratorScheduler(() =>
        {
            if (Interlocked.Increment(ref _foreignContinuations) == 1)
            {
                onForeignContinuation();
            }
        });
        _context = new OrchestrationContext(this, loggers);
    }

    public InstanceRecord Instance { get; }

    public DataConverter Converter { get; }

    public ExternalEvents ExternalEvents { get; } = new();

    /// <summary>How it ended, once it has.</summary>
    public ExecutionOutcome? Outcome { get; private set; }

    public bool IsReplaying { get; private set; }

    /// <summary>The orchestration's clock, in UTC.</summary>
    public DateTime Now { get; private set; }

    public bool IsStarted { get; private set; }

    /// <summary>Whether its start has come, even if it came while it was suspended.</summary>
    public bool HasStartEvent { get; private set; }

    public bool IsSuspended { get; private set; }

    /// <summary>Turns so far, which is the number of the next.</summary>
    public int TurnCount { get; private set; }

    /// <summary>History events so far.</summary>
    public int EventCount { get; private set; }

    public string? CustomStatus { get; private set; }

    /// <summary>Whether the custom status was set in this turn.</summary>
    public bool CustomStatusChanged { get; private set; }

    /// <summary>Does a recorded turn again.</summary>
    public void Replay(TurnRecord turn)
    {
        IsReplaying = true;
        BeginTurn(turn.Time);
        foreach (var step in turn.Steps)
        {
            _recorded.Enqueue(step);
        }

        foreach (var recorded in turn.Events)
        {
            Apply(recorded);
        }

        if (Outcome is null && _recorded.TryPeek(out var missing))
        {
            Diverged(missing.Step, missing.Describe(), "nothing");
        }

        TurnCount++;
        EventCount += turn.EventCount;
        IsReplaying = false;
    }

    /// <summary>Begins a new turn.</summary>
    /// <param name="now">The time, in UTC. The orchestration's clock never goes back.</param>
    public void BeginTurn(DateTime now)
    {
        Now = now > Now ? now : Now;
        _recorded.Clear();
        _events.Clear();
        _steps.Clear();
        _effects = new TurnEffects();
        CustomStatusChanged = false;
    }

    /// <summary>Takes in an event, and runs the code until it waits again.</summary>
    /// <returns>False when nothing waits for it: it is a duplicate or came too late, and leaves no trace.</returns>
    public bool Accept(InboundEvent inbound)
    {
        var isExpected = inbound switch
        {
            ExecutionStarted => !HasStartEvent,
            StepEvent outcome => _pending.Contains(outcome.Step),
            ExecutionSuspended => !IsSuspended,
            ExecutionResumed => IsSuspended,
            _ => true,
        };
        if (isExpected)
        {
            _events.Add(inbound);
            Apply(inbound);
        }

        return isExpected;
    }

    /// <summary>Ends the turn and hands out what it did.</summary>
    public (TurnRecord Record, TurnEffects Effects) EndTurn()
    {
        CheckForForeignContinuation();
        var isStuck = IsStarted && !IsSuspended && _pending.IsEmpty && !ExternalEvents.AnyWaiters;
        if (Outcome is null && isStuck)
        {
            Fail(new NonDurableAwaitException(Instance.Name, Instance.Id));
        }

        var record = new TurnRecord(Now, [.. _events], [.. _steps]);
        TurnCount += record.EventCount > 0 ? 1 : 0;
        EventCount += record.EventCount;
        return (record, _effects);
    }

    /// <summary>Ends the execution with a failure that the orchestrator's code cannot catch.</summary>
    public void Fail(Exception exception) => Outcome ??= new Failed(StoredFailure.From(exception));

    /// <summary>Ends the execution if its code has come back from somewhere a replay could not follow.</summary>
    public void CheckForForeignContinuation()
    {
        if (Volatile.Read(ref _foreignContinuations) > 0)
        {
            Fail(new NonDurableAwaitException(Instance.Name, Instance.Id));
        }
    }

    /// <summary>Throws unless called by the orchestrator's own code, in a turn.</summary>
    public void RequireTurnThread()
    {
        if (!_scheduler.IsOnTurnThread)
        {
            throw new NonDurableAwaitException(Instance.Name, Instance.Id);
        }
    }

    /// <summary>Schedules a step whose outcome comes later.</summary>
    /// <param name="make">Makes the step of its number.</param>
    /// <param name="carryOut">Asks for its effect; not called in a replay.</param>
    /// <returns>The step's number, and its outcome: the serialized result, or a <see cref="TaskFailedException"/>.</returns>
    public (int Step, Task<string?> Outcome) Schedule(Func<int, ScheduledStep> make, Action<int, TurnEffects> carryOut)
    {
        var step = Record(make, carryOut);
        return (step, _pending.Add(step));
    }

    /// <summary>Schedules a step that has no outcome.</summary>
    public int Record(Func<int, ScheduledStep> make, Action<int, TurnEffects> carryOut)
    {
        RequireTurnThread();
        var step = make(_nextStep++);
        if (!IsReplaying)
        {
            _steps.Add(step);
            carryOut(step.Step, _effects);
        }
        else if (!_recorded.TryDequeue(out var recorded))
        {
            Diverged(step.Step, "nothing", step.Describe());
        }
        else if (!recorded.Matches(step))
        {
            Diverged(step.Step, recorded.Describe(), step.Describe());
        }

        return step.Step;
    }

    /// <summary>Makes a timer that is still pending void.</summary>
    public void CancelTimer(int step, CancellationToken token) => Cancel(() =>
    {
        if (_pending.Contains(step))
        {
            _effects.CancelTimer(step);
            _pending.Cancel(step, token);
        }
    });

    /// <summary>Does what a cancellation token's callback asks for, if it is called by the orchestrator's own code.</summary>
    public void Cancel(Action action)
    {
        if (_scheduler.IsOnTurnThread)
        {
            action();
        }
        else
        {
            _scheduler.Refuse();
        }
    }

    public void SetCustomStatus(string? status)
    {
        RequireTurnThread();
        CustomStatus = status;
        CustomStatusChanged = true;
    }

    public void ContinueAsNew(ContinuedAsNewRequest request)
    {
        RequireTurnThread();
        _continueAsNew = request;
    }

    private void Apply(InboundEvent inbound)
    {
        if (Outcome is not null)
        {
            return;
        }

        HasStartEvent |= inbound is ExecutionStarted;
        switch (inbound)
        {
            case ExecutionTerminated terminated:
                Outcome = new Terminated(terminated.Output, terminated.Recursive);
                break;
            case ExecutionSuspended:
                IsSuspended = true;
                break;
            case ExecutionResumed:
                IsSuspended = false;
                while (!IsSuspended && _held.TryDequeue(out var held))
                {
                    Apply(held);
                }

                break;
            case var other when IsSuspended:
                _held.Enqueue(other);
                break;
            default:
                _scheduler.Run(() => Deliver(inbound));
                CheckForOutcome();
                break;
        }
    }

    private void Deliver(InboundEvent inbound)
    {
        switch (inbound)
        {
            case ExecutionStarted:
                IsStarted = true;
                _run = Task.Factory.StartNew(RunBody, CancellationToken.None, TaskCreationOptions.None, _scheduler);
                break;
            case EventRaised raised:
                ExternalEvents.Raise(raised.Name, raised.Payload);
                break;
            case StepEvent outcome when _pending.TryComplete(outcome):
                break;
            case StepEvent outcome when outcome.Step < _nextStep:
                break; // Cancelled by the code while it was suspended.
            case StepEvent outcome:
                Diverged(outcome.Step, "the outcome of a step", "nothing");
                break;
            default:
                throw new InvalidOperationException($"Nothing delivers {inbound.GetType().Name}.");
        }
    }

    private async Task<object?> RunBody() => _body is null
        ? throw new TaskNotFoundException($"No orchestrator task named '{Instance.Name}' was found.")
        : await _body(_context).ConfigureAwait(true);

    private void CheckForOutcome()
    {
        if (Outcome is not null || _run is not { IsCompletedSuccessfully: true, Result: { IsCompleted: true } body })
        {
            return;
        }

        try
        {
            var result = body.GetAwaiter().GetResult();
            Outcome = _continueAsNew is { } request ? Next(request) : new Completed(Converter.Serialize(result));
        }
#pragma warning disable CA1031 // Whatever the orchestrator threw is its outcome.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }
    }

    private ContinuedAsNew Next(ContinuedAsNewRequest request) => new(
        Converter.Serialize(request.Input),
        string.IsNullOrWhiteSpace(request.Version) ? null : request.Version,
        request.PreserveUnprocessedEvents
            ? [.. ExternalEvents.Unclaimed().Select(unclaimed => new EventRaised(unclaimed.Name, unclaimed.Payload))]
            : []);

    private void Diverged(int step, string inHistory, string inCode) => Fail(new NonDeterministicOrchestrationException(
        $"Orchestration '{Instance.Name}' instance '{Instance.Id}' is not deterministic: at step {step} history has {inHistory} "
        + $"but the code scheduled {inCode}. Code that instances still run must not change in what it schedules, nor depend on anything "
        + "but its TaskOrchestrationContext."));
}
