using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.History;
using Marquee.Local.Durable.Storage;

namespace Marquee.Local.Durable.Engine;

/// <summary>The client of an engine in the same process. What it accepts is durable when its task completes.</summary>
internal sealed class EngineClient(DurableEngine engine, Func<string> newInstanceId) : DurableTaskClient(engine.Options.HubName)
{
    // Writes of clients that are under way; more wait, so that clients cannot outrun the disk.
    private const int MaxPendingWrites = 1_024;

    // Instances that one write purges, so that turns are not held up for long.
    private const int PurgeBatch = 50;

    private readonly InstanceQueries _queries = new(engine);
    private readonly SemaphoreSlim _pendingWrites = new(MaxPendingWrites);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        var id = options?.InstanceId ?? newInstanceId();
        InstanceIds.Check(id);
        var now = engine.Time.GetUtcNow();
        await CreateAsync(
            new NewInstance
            {
                Id = id,
                Name = orchestratorName,
                Version = options?.Version is { } version ? version.Version : engine.Options.DefaultVersion,
                Input = engine.Converter.Serialize(input),
                CreatedAt = now,
                StartAt = options?.StartAt is { } startAt && startAt > now ? startAt : null,
                Tags = options?.Tags,
                KeptStatuses = [.. (options?.DedupeStatuses ?? []).Select(Enum.Parse<OrchestrationRuntimeStatus>)],
            },
            cancellation).ConfigureAwait(false);
        return id;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return PostAsync(instanceId, new EventRaised(eventName, engine.Converter.Serialize(eventPayload)), cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) => PostAsync(
            instanceId,
            new ExecutionTerminated(engine.Converter.Serialize(options?.Output), options?.Recursive ?? false),
            cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, new ExecutionSuspended(reason), cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        PostAsync(instanceId, new ExecutionResumed(reason), cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => WaitAsync(
            instanceId, instance => instance.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, instance => instance.HasEnded, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Find(instanceId) is { } instance ? _queries.Describe(instance, getInputsAndOutputs) : null);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(filter));
        return Pageable.Create((token, pageSize, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Task.FromResult(_queries.Page(query, token ?? query.ContinuationToken, pageSize ?? query.PageSize));
        });
    }

    public override Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        return Task.FromResult(_queries.EndedIds(runtimeStatus, completedTimeFrom, completedTimeTo, pageSize, lastInstanceKey));
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var recursive = options?.Recursive ?? false;
        var count = await WriteAsync(
            session => session.Find(instanceId) is { HasEnded: true } instance ? Purge(session, instance.Key, recursive) : 0,
            null,
            cancellation).ConfigureAwait(false);
        engine.Waiters.Notify(instanceId);
        return new PurgeResult(count, true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var recursive = options?.Recursive ?? false;
        var startedAt = engine.Time.GetTimestamp();
        var selected = new InstanceFilter(
            filter.CreatedFrom, filter.CreatedTo, null, null, [.. (filter.Statuses ?? InstanceQueries.Ended).Where(status => status.HasEnded())]);
        var purged = 0;
        while (filter.Timeout is not { } timeout || engine.Time.GetElapsedTime(startedAt) < timeout)
        {
            var batch = engine.Store.Read(session => session.Query(selected, afterKey: 0, PurgeBatch));
            if (batch.Count == 0)
            {
                return new PurgeResult(purged, true);
            }

            purged += await WriteAsync(
                session => batch.Sum(found => session.Find(found.Id) is { HasEnded: true } instance && instance.Key == found.Key
                    ? Purge(session, instance.Key, recursive)
                    : 0),
                null,
                cancellation).ConfigureAwait(false);
        }

        return new PurgeResult(purged, false);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var instance = Get(instanceId);
        var id = restartWithNewInstanceId ? newInstanceId() : instanceId;
        await CreateAsync(
            new NewInstance
            {
                Id = id,
                Name = instance.Name,
                Version = instance.Version,
                Input = instance.Input,
                CreatedAt = engine.Time.GetUtcNow(),
                Tags = instance.Tags,
            },
            cancellation).ConfigureAwait(false);
        return id;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask; // The engine's owner ends the engine.

    private static int Purge(WriteSession session, long key, bool recursive)
    {
        var children = recursive ? session.ChildrenOf(key, ended: true) : [];
        session.Delete(key);
        return 1 + children.Sum(child => Purge(session, child, recursive));
    }

    private async Task CreateAsync(NewInstance instance, CancellationToken cancellation)
    {
        var created = await WriteAsync(
            session => session.Create(instance),
            created =>
            {
                if (created is null)
                {
                    return;
                }

                if (instance.StartAt is { } startAt)
                {
                    engine.Timers.Added(startAt);
                }
                else
                {
                    engine.Turns.Begin(created, []);
                }
            },
            cancellation).ConfigureAwait(false);
        if (created is null)
        {
            throw new InstanceExistsException(instance.Id);
        }
    }

    private async Task PostAsync(string instanceId, InboundEvent inbound, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        await WriteAsync(
            session => session.FindKey(instanceId) is { } key && session.Post(key, null, inbound) is { } message
                ? (Key: key, Message: message)
                : default,
            posted =>
            {
                if (posted.Message is not null)
                {
                    engine.Turns.Deliver(posted.Key, posted.Message);
                }
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<T> WriteAsync<T>(Func<WriteSession, T> apply, Action<T>? committed, CancellationToken cancellation)
    {
        var store = engine.Store;
        await _pendingWrites.WaitAsync(cancellation).ConfigureAwait(false);
        engine.Work.Enter();
        try
        {
            var write = new AwaitedWrite<T>(apply, committed);
            store.Enqueue(write);
            return await write.Done.ConfigureAwait(false);
        }
        finally
        {
            engine.Work.Exit();
            _pendingWrites.Release();
        }
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<InstanceRecord, bool> isReached, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        Task? change = null;
        while (true)
        {
            var instance = Get(instanceId);
            if (isReached(instance))
            {
                return _queries.Describe(instance, getInputsAndOutputs);
            }

            if (change is not null)
            {
                await change.WaitAsync(cancellation).ConfigureAwait(false);
            }

            // Look once more after asking, so that no change falls between.
            change = engine.Waiters.NextChange(instanceId);
        }
    }

    private InstanceRecord Get(string instanceId) => Find(instanceId)
        ?? throw new ArgumentException($"There is no orchestration instance with the id '{instanceId}'.", nameof(instanceId));

    private InstanceRecord? Find(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return engine.Store.Read(session => session.Find(instanceId));
    }
}
