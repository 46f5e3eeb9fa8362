using Marquee.Local.Durable.Execution;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Durable.Engine;

/// <summary>
/// Runs activity calls, so many at once, in the order in which they were stored. A call runs at least once: its row goes when a turn has
/// taken in its outcome, and until then a restart runs it again.
/// </summary>
internal sealed partial class ActivityDispatcher(DurableEngine engine) : IDisposable
{
    // Calls held in memory; past that they stay in the store until these have begun.
    private const int MaxQueuedCalls = 4_096;

    private readonly object _gate = new();
    private readonly Queue<StoredActivity> _queue = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = engine.Loggers.CreateLogger("Marquee.Local.Durable.Activities");
    private long _lastId;
    private bool _moreInStore;
    private int _running;
    private bool _stopped;
    private TaskCompletionSource? _drained;

    /// <summary>Takes calls that were just stored, in order.</summary>
    public void Add(IReadOnlyList<StoredActivity> calls)
    {
        lock (_gate)
        {
            foreach (var call in calls)
            {
                if (_moreInStore || _queue.Count >= MaxQueuedCalls)
                {
                    _moreInStore = true;
                    break;
                }

                Queue(call);
            }

            RunNext();
        }
    }

    /// <summary>Takes the calls that the store has from before.</summary>
    public void AddFromStore()
    {
        lock (_gate)
        {
            _moreInStore = true;
            RunNext();
        }
    }

    /// <summary>Begins no more calls, and waits for those that run until <paramref name="cancellation"/>; then gives them up.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        Task drained;
        lock (_gate)
        {
            _stopped = true;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running == 0)
            {
                _drained.TrySetResult();
            }

            drained = _drained.Task;
        }

        await drained.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private void Queue(StoredActivity call)
    {
        _lastId = call.Id;
        _queue.Enqueue(call);
        engine.Work.Enter();
    }

    private void RunNext()
    {
        while (!_stopped && _running < engine.Options.MaxConcurrentActivities && (_queue.Count > 0 || Refill()))
        {
            _running++;
            ThreadPool.UnsafeQueueUserWorkItem(call => _ = RunAsync(call), _queue.Dequeue(), preferLocal: false);
        }
    }

    private bool Refill()
    {
        if (!_moreInStore)
        {
            return false;
        }

        // Nothing can be added meanwhile: the lock is held, and what is committed later is also added later.
        var calls = engine.Store.Read(session => session.Activities(_lastId, MaxQueuedCalls));
        calls.ForEach(Queue);
        _moreInStore = calls.Count == MaxQueuedCalls;
        return calls.Count > 0;
    }

    private async Task RunAsync(StoredActivity call)
    {
        var outcome = await RunBodyAsync(call).ConfigureAwait(false);
        lock (_gate)
        {
            _running--;
            RunNext();
            if (_running == 0)
            {
                _drained?.TrySetResult();
            }
        }

        if (outcome is not null)
        {
            engine.Turns.Deliver(call.Key, new StoredMessage(outcome, call.Execution, MessageOrigin.Activity, call.Id));
        }

        engine.Work.Exit();
    }

    /// <returns>The outcome, or null when the engine stopped first.</returns>
    private async Task<InboundEvent?> RunBodyAsync(StoredActivity call)
    {
        try
        {
            var body = engine.FindActivity(call.Name)
                ?? throw new TaskNotFoundException($"No activity task named '{call.Name}' was found.");
            var result = await body(new ActivityContext(call), call.Input, _stopping.Token).ConfigureAwait(false);
            return new ActivityCompleted(call.Step, engine.Converter.Serialize(result));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever the activity threw is its outcome.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(call.Name, call.InstanceId, exception.GetType().Name);
            return new ActivityFailed(call.Step, StoredFailure.From(exception) with { Final = exception is TaskNotFoundException });
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Activity {Name} of instance {InstanceId} failed: {ErrorType}")]
    private partial void LogFailed(string name, string instanceId, string errorType);

    private sealed class ActivityContext(StoredActivity call) : TaskActivityContext
    {
        public override TaskName Name => call.Name;

        public override string InstanceId => call.InstanceId;

        public override string Version => call.Version;
    }
}
