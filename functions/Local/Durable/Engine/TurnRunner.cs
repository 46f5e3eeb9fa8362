using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Execution;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Durable.Engine;

/// <summary>Runs one turn: brings the instance's code up to date, gives it its messages, and makes of its answer what is to be stored.</summary>
internal sealed partial class TurnRunner(DurableEngine engine)
{
    private readonly ILogger _logger = engine.Loggers.CreateLogger("Marquee.Local.Durable.Turns");

    /// <returns>What to store, and the messages that the turn took no notice of.</returns>
    public (TurnWrite Write, IReadOnlyList<StoredMessage> LeftAlone) Run(InstanceEntry entry, IReadOnlyList<StoredMessage> messages)
    {
        var execution = entry.Execution ?? Load(entry);
        entry.Fresh = null;
        entry.Execution = execution;
        if (execution is null)
        {
            // Gone or ended: what still comes for it comes too late.
            return (new TurnWrite(engine, entry, messages), []);
        }

        var wasStarted = execution.IsStarted;
        var number = execution.TurnCount;
        execution.CheckForForeignContinuation();
        execution.BeginTurn(engine.Time.GetUtcNow().UtcDateTime);
        var taken = 0;
        while (taken < messages.Count && execution.Outcome is not ContinuedAsNew)
        {
            Take(execution, messages[taken++]);
        }

        var (record, effects) = execution.EndTurn();
        if (execution.Outcome is null && record.EventCount == 0)
        {
            return (new TurnWrite(engine, entry, messages), []);
        }

        if (execution.EventCount > engine.Options.MaxHistoryEvents)
        {
            execution.Fail(new HistoryTooLongException(execution.Instance, engine.Options.MaxHistoryEvents));
        }

        var turn = Describe(execution, record, effects, number, wasStarted);
        Log(turn);
        return (new TurnWrite(engine, entry, [.. messages.Take(taken)]) { Turn = turn }, [.. messages.Skip(taken)]);
    }

    private static void Take(OrchestrationExecution execution, StoredMessage message)
    {
        var isStale = message.Execution is { } meant && meant != execution.Instance.Execution;
        if (message.Event is { } inbound && !isStale && execution.Outcome is null)
        {
            execution.Accept(inbound);
        }
    }

    private OrchestrationExecution? Load(InstanceEntry entry)
    {
        var instance = entry.Fresh?.Instance ?? engine.Store.Read(session => session.Find(entry.Key));
        if (instance is null or { HasEnded: true })
        {
            return null;
        }

        var execution = new OrchestrationExecution(
            instance,
            engine.FindOrchestrator(instance.Name),
            engine.Converter,
            engine.Loggers,
            onForeignContinuation: () => engine.Turns.Deliver(instance.Key, new StoredMessage(null, instance.Execution)));
        try
        {
            var history = entry.Fresh?.History ?? engine.Store.Read(session => session.History(entry.Key));
            foreach (var turn in history)
            {
                execution.Replay(turn);
            }
        }
#pragma warning disable CA1031 // A history that cannot be read is this instance's trouble; the others go on.
        catch (Exception exception) when (exception is not Microsoft.Data.Sqlite.SqliteException)
#pragma warning restore CA1031
        {
            execution.Fail(exception);
        }

        return execution;
    }

    private static TurnDone Describe(
        OrchestrationExecution execution, TurnRecord record, TurnEffects effects, int number, bool wasStarted)
    {
        var instance = execution.Instance;
        var next = execution.Outcome as ContinuedAsNew;
        return new TurnDone
        {
            Instance = instance,
            Number = number,
            Record = record,
            Effects = effects,
            Outcome = execution.Outcome,
            Status = execution switch
            {
                { IsSuspended: true } => OrchestrationRuntimeStatus.Suspended,
                { IsStarted: true } => OrchestrationRuntimeStatus.Running,
                _ => OrchestrationRuntimeStatus.Pending,
            },
            HasStartEvent = execution.HasStartEvent,
            StartedOrEnded = execution.IsStarted != wasStarted || execution.Outcome is not null,
            CustomStatusChanged = execution.CustomStatusChanged,
            CustomStatus = execution.CustomStatus,
            Next = next is null
                ? null
                : instance with
                {
                    Execution = instance.Execution + 1,
                    Input = next.Input,
                    Version = next.Version ?? instance.Version,
                },
            CarriedOver = next is { CarriedOver.Count: > 0 } ? new TurnRecord(record.Time, next.CarriedOver, []) : null,
        };
    }

    private void Log(TurnDone turn)
    {
        if (turn.Outcome is Failed failed)
        {
            LogFailed(turn.Instance.Name, turn.Instance.Id, failed.Failure.Type);
        }
        else if (turn.Outcome is { } outcome)
        {
            LogEnded(turn.Instance.Name, turn.Instance.Id, outcome.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Orchestration {Name} instance {InstanceId} failed: {ErrorType}")]
    private partial void LogFailed(string name, string instanceId, string errorType);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Orchestration {Name} instance {InstanceId} ended: {Outcome}")]
    private partial void LogEnded(string name, string instanceId, string outcome);
}
