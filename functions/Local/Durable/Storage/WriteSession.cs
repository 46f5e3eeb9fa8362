using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Execution;
using Marquee.Local.Durable.History;
using Microsoft.Data.Sqlite;

namespace Marquee.Local.Durable.Storage;

/// <summary>What a write can do inside the writer's transaction.</summary>
internal sealed class WriteSession(SqliteConnection connection) : IDisposable
{
    // Pending, Running and Suspended, as the status column has them.
    private const string OpenStatuses = "(6, 0, 7)";

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public void Begin() => Prepare("BEGIN IMMEDIATE", 0).Run();

    public void Commit() => Prepare("COMMIT", 0).Run();

    /// <summary>An instance with this id, or null.</summary>
    public InstanceRecord? Find(string id) =>
        Prepare($"SELECT {InstanceRows.Columns} FROM instances WHERE id = $1", 1).Rows(InstanceRows.Read, id).FirstOrDefault();

    /// <returns>The new instance, or null when one with this id exists that may not be replaced.</returns>
    public InstanceRecord? Create(NewInstance instance)
    {
        var existing = Find(instance.Id);
        if (existing is not null && (!existing.HasEnded || instance.KeptStatuses.Contains(existing.Status)))
        {
            return null;
        }

        var created = new InstanceRecord
        {
            Key = existing?.Key ?? 0,
            Id = instance.Id,
            Execution = (existing?.Execution ?? 0) + 1,
            Name = instance.Name,
            Version = instance.Version,
            Status = OrchestrationRuntimeStatus.Pending,
            CreatedAt = instance.CreatedAt,
            UpdatedAt = instance.CreatedAt,
            Input = instance.Input,
            Tags = instance.Tags ?? new Dictionary<string, string>(),
            Parent = instance.Parent,
        };
        if (existing is not null)
        {
            DeleteStateOf(existing.Key);
        }

        var key = Insert(created, awaitsStart: instance.StartAt is null, existing?.Key);
        if (instance.StartAt is { } startAt)
        {
            AddTimer(key, created.Execution, StoreSchema.StartStep, startAt.UtcTicks);
        }

        return created with { Key = key };
    }

    /// <summary>Stores an event for an instance.</summary>
    /// <returns>The message, or null when the instance has ended, is gone, or is past the execution that the event is for.</returns>
    public StoredMessage? Post(long key, long? execution, InboundEvent inbound)
    {
        var isAwaited = Prepare($"SELECT 1 FROM instances WHERE key = $1 AND status IN {OpenStatuses} AND ($2 IS NULL OR execution = $2)", 2)
            .Scalar(key, execution) is not null;
        if (!isAwaited)
        {
            return null;
        }

        var seq = (long)Prepare("INSERT INTO inbox (key, execution, event) VALUES ($1, $2, $3) RETURNING seq", 3)
            .Scalar(key, execution, HistoryJson.Write(inbound))!;
        return new StoredMessage(inbound, execution, MessageOrigin.Inbox, seq);
    }

    /// <summary>The key of the instance with this id, or null.</summary>
    public long? FindKey(string id) => (long?)Prepare("SELECT key FROM instances WHERE id = $1", 1).Scalar(id);

    public void AddHistory(long key, int turn, TurnRecord record) =>
        Prepare("INSERT INTO history (key, turn, record) VALUES ($1, $2, $3)", 3).Run(key, turn, HistoryJson.Write(record));

    public StoredActivity AddActivity(InstanceRecord instance, ActivityCall call)
    {
        var id = (long)Prepare(
            "INSERT INTO activities (key, execution, step, name, version, input) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id", 6)
            .Scalar(instance.Key, instance.Execution, call.Step, call.Name, call.Version, call.Input)!;
        return new StoredActivity(
            id, instance.Key, instance.Id, instance.Execution, call.Step, call.Name, call.Version, call.Input);
    }

    public void AddTimer(long key, long execution, int step, long fireAtTicks) =>
        Prepare("INSERT INTO timers (key, execution, step, fire_at) VALUES ($1, $2, $3, $4)", 4).Run(key, execution, step, fireAtTicks);

    public void DeleteTimer(long key, int step) => Prepare("DELETE FROM timers WHERE key = $1 AND step = $2", 2).Run(key, step);

    /// <summary>Deletes the row that a message came from.</summary>
    public void DeleteOrigin(StoredMessage message)
    {
        var sql = message.Origin switch
        {
            MessageOrigin.Inbox => "DELETE FROM inbox WHERE seq = $1",
            MessageOrigin.Activity => "DELETE FROM activities WHERE id = $1",
            MessageOrigin.Timer => "DELETE FROM timers WHERE id = $1",
            _ => null,
        };
        if (sql is not null)
        {
            Prepare(sql, 1).Run(message.OriginId);
        }
    }

    /// <summary>The instance goes on. Once its history has its start, a restart need not start it.</summary>
    public void Update(long key, OrchestrationRuntimeStatus status, bool hasStartEvent, long nowTicks) =>
        Prepare("UPDATE instances SET status = $2, awaits_start = awaits_start AND NOT $3, updated_at = $4 WHERE key = $1", 4)
            .Run(key, (int)status, hasStartEvent ? 1 : 0, nowTicks);

    public void SetCustomStatus(long key, string? status) =>
        Prepare("UPDATE instances SET custom_status = $2 WHERE key = $1", 2).Run(key, status);

    /// <summary>The instance has ended. What still waits for it goes; its history stays until it is purged.</summary>
    public void End(long key, OrchestrationRuntimeStatus status, string? output, StoredFailure? failure, long nowTicks)
    {
        Prepare(
            "UPDATE instances SET status = $2, awaits_start = 0, output = $3, failure = $4, updated_at = $5, completed_at = $5 WHERE key = $1",
            5)
            .Run(key, (int)status, output, failure is null ? null : HistoryJson.Write(failure), nowTicks);
        Prepare("DELETE FROM inbox WHERE key = $1", 1).Run(key);
        Prepare("DELETE FROM timers WHERE key = $1", 1).Run(key);
    }

    /// <summary>The instance starts over.</summary>
    public void ContinueAsNew(InstanceRecord next, OrchestrationRuntimeStatus status, long nowTicks)
    {
        Prepare("DELETE FROM history WHERE key = $1", 1).Run(next.Key);
        Prepare("DELETE FROM timers WHERE key = $1", 1).Run(next.Key);
        Prepare(
            "UPDATE instances SET execution = $2, version = $3, input = $4, status = $5, awaits_start = 1, updated_at = $6 WHERE key = $1", 6)
            .Run(next.Key, next.Execution, next.Version, next.Input, (int)status, nowTicks);
    }

    /// <summary>The keys of the sub-orchestrations of an instance: those that still run, or those that have ended.</summary>
    public List<long> ChildrenOf(long key, bool ended) =>
        Prepare($"SELECT key FROM instances WHERE parent_key = $1 AND (status IN {OpenStatuses}) <> $2", 2)
            .Rows(row => row.GetInt64(0), key, ended ? 1 : 0);

    /// <summary>Deletes an instance and everything of it.</summary>
    public void Delete(long key)
    {
        DeleteStateOf(key);
        Prepare("DELETE FROM activities WHERE key = $1", 1).Run(key);
        Prepare("DELETE FROM instances WHERE key = $1", 1).Run(key);
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }
    }

    private void DeleteStateOf(long key)
    {
        Prepare("DELETE FROM history WHERE key = $1", 1).Run(key);
        Prepare("DELETE FROM inbox WHERE key = $1", 1).Run(key);
        Prepare("DELETE FROM timers WHERE key = $1", 1).Run(key);
    }

    private long Insert(InstanceRecord row, bool awaitsStart, long? key) => (long)Prepare(
        """
        INSERT OR REPLACE INTO instances (
            key, id, execution, name, version, status, awaits_start, created_at, updated_at, input, tags,
            parent_key, parent_id, parent_name, parent_execution, parent_step)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING key
        """,
        15).Scalar(
            key,
            row.Id,
            row.Execution,
            row.Name,
            row.Version,
            (int)row.Status,
            awaitsStart ? 1 : 0,
            row.CreatedAt.UtcTicks,
            row.Input,
            row.Tags.Count == 0 ? null : HistoryJson.Write(row.Tags),
            row.Parent?.Key,
            row.Parent?.InstanceId,
            row.Parent?.Name,
            row.Parent?.Execution,
            row.Parent?.Step)!;

    private Statement Prepare(string sql, int parameterCount)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(connection, sql, parameterCount));
        }

        return statement;
    }
}
