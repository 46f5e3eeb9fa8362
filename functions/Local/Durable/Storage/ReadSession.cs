using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.History;
using Microsoft.Data.Sqlite;

namespace Marquee.Local.Durable.Storage;

/// <summary>What can be read of what is durable, on a connection of its own.</summary>
internal sealed class ReadSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public InstanceRecord? Find(string id) =>
        Prepare($"SELECT {InstanceRows.Columns} FROM instances WHERE id = $1", 1).Rows(InstanceRows.Read, id).FirstOrDefault();

    public InstanceRecord? Find(long key) =>
        Prepare($"SELECT {InstanceRows.Columns} FROM instances WHERE key = $1", 1).Rows(InstanceRows.Read, key).FirstOrDefault();

    /// <summary>The turns of the present execution, in order.</summary>
    public List<TurnRecord> History(long key) =>
        Prepare("SELECT record FROM history WHERE key = $1 ORDER BY turn", 1)
            .Rows(row => HistoryJson.ReadTurn(row.GetString(0)), key);

    /// <summary>Messages of one instance after <paramref name="afterSeq"/>, in order.</summary>
    public List<StoredMessage> Inbox(long key, long afterSeq, int limit) =>
        Prepare("SELECT seq, execution, event FROM inbox WHERE key = $1 AND seq > $2 ORDER BY seq LIMIT $3", 3).Rows(
            row => new StoredMessage(
                HistoryJson.ReadEvent(row.GetString(2)),
                row.IsDBNull(1) ? null : row.GetInt64(1),
                MessageOrigin.Inbox,
                row.GetInt64(0)),
            key,
            afterSeq,
            limit);

    /// <summary>Instances that have messages.</summary>
    public List<long> InstancesWithMessages() =>
        Prepare("SELECT DISTINCT key FROM inbox", 0).Rows(row => row.GetInt64(0));

    /// <summary>Instances (with their executions) that were to start at once and have not.</summary>
    public List<(long Key, long Execution)> InstancesAwaitingStart() =>
        Prepare("SELECT key, execution FROM instances WHERE awaits_start = 1 ORDER BY key", 0)
            .Rows(row => (row.GetInt64(0), row.GetInt64(1)));

    /// <summary>Activity calls after <paramref name="afterId"/>, in order.</summary>
    public List<StoredActivity> Activities(long afterId, int limit) =>
        Prepare(
            """
            SELECT a.id, a.key, i.id, a.execution, a.step, a.name, a.version, a.input
            FROM activities a JOIN instances i ON i.key = a.key WHERE a.id > $1 ORDER BY a.id LIMIT $2
            """,
            2).Rows(
                row => new StoredActivity(
                    row.GetInt64(0),
                    row.GetInt64(1),
                    row.GetString(2),
                    row.GetInt64(3),
                    row.GetInt32(4),
                    row.GetString(5),
                    row.GetString(6),
                    InstanceRows.Text(row, 7)),
                afterId,
                limit);

    /// <summary>The earliest timers, due or not.</summary>
    public List<DueTimer> EarliestTimers(int limit) =>
        Prepare("SELECT id, key, execution, step, fire_at FROM timers ORDER BY fire_at, id LIMIT $1", 1).Rows(
            row => new DueTimer(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt32(3), InstanceRows.Time(row.GetInt64(4))),
            limit);

    /// <summary>Instances after the key <paramref name="afterKey"/> that a filter selects, oldest first.</summary>
    public List<InstanceRecord> Query(InstanceFilter filter, long afterKey, int limit) =>
        Prepare(
            $"""
            SELECT {InstanceRows.Columns} FROM instances
            WHERE key > $1
              AND ($2 IS NULL OR created_at >= $2) AND ($3 IS NULL OR created_at <= $3)
              AND ($4 IS NULL OR completed_at >= $4) AND ($5 IS NULL OR completed_at <= $5)
              AND ($6 IS NULL OR (1 << status) & $6)
              AND ($7 IS NULL OR substr(id, 1, length($7)) = $7)
            ORDER BY key LIMIT $8
            """,
            8).Rows(
                InstanceRows.Read,
                afterKey,
                filter.CreatedFrom?.UtcTicks,
                filter.CreatedTo?.UtcTicks,
                filter.CompletedFrom?.UtcTicks,
                filter.CompletedTo?.UtcTicks,
                filter.Statuses?.Aggregate(0L, (bits, status) => bits | (1L << (int)status)),
                filter.IdPrefix,
                limit);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private Statement Prepare(string sql, int parameterCount)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new Statement(connection, sql, parameterCount));
        }

        return statement;
    }
}

/// <summary>Which instances to select; null selects all. Times are inclusive.</summary>
internal sealed record InstanceFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    DateTimeOffset? CompletedFrom = null,
    DateTimeOffset? CompletedTo = null,
    IReadOnlyCollection<OrchestrationRuntimeStatus>? Statuses = null,
    string? IdPrefix = null);
