using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Execution;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>
/// Stores one turn: its history, what it asked for, and the end of the messages that it took in, all or nothing. Only once that is durable
/// does anything it asked for begin.
/// </summary>
internal sealed class TurnWrite(DurableEngine engine, InstanceEntry entry, IReadOnlyList<StoredMessage> consumed) : StoreWrite
{
    private readonly List<StoredActivity> _activities = [];
    private readonly List<(long Key, StoredMessage Message)> _messages = [];
    private readonly List<InstanceRecord> _children = [];
    private DateTimeOffset? _earliestTimer;

    /// <summary>What the turn did; null when there was nothing left to do it.</summary>
    public TurnDone? Turn { get; init; }

    public override void Apply(WriteSession session)
    {
        foreach (var message in consumed)
        {
            session.DeleteOrigin(message);
        }

        if (Turn is { } turn)
        {
            Apply(session, turn);
        }
    }

    public override void Committed()
    {
        foreach (var timer in consumed.Where(message => message.Origin == MessageOrigin.Timer))
        {
            engine.Timers.Done(timer.OriginId);
        }

        engine.Activities.Add(_activities);
        foreach (var child in _children)
        {
            engine.Turns.Begin(child, []);
        }

        foreach (var (key, message) in _messages)
        {
            engine.Turns.Deliver(key, message);
        }

        if (_earliestTimer is { } earliest)
        {
            engine.Timers.Added(earliest);
        }

        engine.Turns.Finished(entry, Turn);
        if (Turn is { StartedOrEnded: true })
        {
            engine.Waiters.Notify(Turn.Instance.Id);
        }
    }

    public override void Abandoned(Exception reason) => engine.Work.Exit();

    private void Apply(WriteSession session, TurnDone turn)
    {
        var instance = turn.Instance;
        if (turn.Record.EventCount > 0)
        {
            session.AddHistory(instance.Key, turn.Number, turn.Record);
        }

        if (turn.CustomStatusChanged)
        {
            session.SetCustomStatus(instance.Key, turn.CustomStatus);
        }

        // The instance's own state first: an event that it sends to itself must find it as it is after this turn.
        ApplyOutcome(session, turn);
        ApplyEffects(session, turn);
    }

    private void ApplyOutcome(WriteSession session, TurnDone turn)
    {
        var instance = turn.Instance;
        switch (turn.Outcome)
        {
            case null:
                session.Update(instance.Key, turn.Status, turn.HasStartEvent, turn.NowTicks);
                break;
            case Completed completed:
                session.End(instance.Key, OrchestrationRuntimeStatus.Completed, completed.Output, null, turn.NowTicks);
                Answer(session, instance, parent => new ChildCompleted(parent.Step, completed.Output));
                break;
            case Failed failed:
                session.End(instance.Key, OrchestrationRuntimeStatus.Failed, null, failed.Failure, turn.NowTicks);
                Answer(session, instance, parent => new ChildFailed(parent.Step, failed.Failure));
                break;
            case Terminated terminated:
                session.End(instance.Key, OrchestrationRuntimeStatus.Terminated, terminated.Output, null, turn.NowTicks);
                var failure = new StoredFailure("OrchestrationTerminated", $"Orchestration instance '{instance.Id}' was terminated.");
                Answer(session, instance, parent => new ChildFailed(parent.Step, failure));
                if (terminated.Recursive)
                {
                    session.ChildrenOf(instance.Key, ended: false).ForEach(child => Post(
                        session, child, null, new ExecutionTerminated(terminated.Output, Recursive: true)));
                }

                break;
            case ContinuedAsNew:
                session.ContinueAsNew(turn.Next!, OrchestrationRuntimeStatus.Running, turn.NowTicks);
                if (turn.CarriedOver is { } carriedOver)
                {
                    session.AddHistory(instance.Key, 0, carriedOver);
                }

                break;
            default:
                throw new InvalidOperationException($"Nothing stores {turn.Outcome.GetType().Name}.");
        }
    }

    private void ApplyEffects(WriteSession session, TurnDone turn)
    {
        var instance = turn.Instance;
        foreach (var call in turn.Effects.Activities)
        {
            _activities.Add(session.AddActivity(instance, call));
        }

        foreach (var child in turn.Effects.Children)
        {
            Start(session, turn, child);
        }

        foreach (var outgoing in turn.Effects.Events)
        {
            if (session.FindKey(outgoing.InstanceId) is { } target)
            {
                Post(session, target, null, new EventRaised(outgoing.Name, outgoing.Payload));
            }
        }

        if (turn.Outcome is not null)
        {
            return; // Its timers went with the execution, and new ones have nobody to fire for.
        }

        turn.Effects.CancelledTimers.ForEach(step => session.DeleteTimer(instance.Key, step));
        foreach (var timer in turn.Effects.Timers)
        {
            session.AddTimer(instance.Key, instance.Execution, timer.Step, timer.FireAt.Ticks);
            var fireAt = new DateTimeOffset(timer.FireAt, TimeSpan.Zero);
            _earliestTimer = _earliestTimer < fireAt ? _earliestTimer : fireAt;
        }
    }

    private void Start(WriteSession session, TurnDone turn, ChildCall call)
    {
        var parent = turn.Instance;
        var child = session.Create(new NewInstance
        {
            Id = call.InstanceId,
            Name = call.Name,
            Version = call.Version ?? engine.Options.DefaultVersion,
            Input = call.Input,
            CreatedAt = new DateTimeOffset(turn.NowTicks, TimeSpan.Zero),
            Tags = call.Tags,
            Parent = new ParentLink(parent.Key, parent.Id, parent.Name, parent.Execution, call.Step),
        });
        if (child is not null)
        {
            _children.Add(child);
            return;
        }

        var refusal = StoredFailure.From(new InstanceExistsException(call.InstanceId));
        Post(session, parent.Key, parent.Execution, new ChildFailed(call.Step, refusal));
    }

    private void Answer(WriteSession session, InstanceRecord instance, Func<ParentLink, InboundEvent> answer)
    {
        if (instance.Parent is { } parent)
        {
            Post(session, parent.Key, parent.Execution, answer(parent));
        }
    }

    private void Post(WriteSession session, long key, long? execution, InboundEvent inbound)
    {
        if (session.Post(key, execution, inbound) is { } message)
        {
            _messages.Add((key, message));
        }
    }
}
