using Microsoft.Data.Sqlite;

namespace Marquee.Local.ServiceBus.Broker.Storage;

/// <summary>The prepared statements behind the operations. Used by one thread at a time.</summary>
internal sealed class StoreCommands : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _updateContent;
    private readonly Statement _delete;
    private readonly Statement _saveState;
    private readonly Statement _dropState;
    private readonly Statement _remember;
    private readonly Statement _forget;
    private readonly Statement _advance;
    private readonly Dictionary<int, long> _nextSequences = [];

    public StoreCommands(SqliteConnection connection)
    {
        _connection = connection;
        _insert = new Statement(connection, """
            INSERT INTO messages (key, enqueued_sequence, message_id, session_id, enqueued_at, expires_at, scheduled_for, state,
                delivery_count, time_to_live, dead_letter_source, content)
            VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, 12);
        _update = new Statement(connection, "UPDATE messages SET state = $1, delivery_count = $2 WHERE key = $0", 3);
        _updateContent = new Statement(connection, "UPDATE messages SET state = $1, delivery_count = $2, content = $3 WHERE key = $0", 4);
        _delete = new Statement(connection, "DELETE FROM messages WHERE key = $0", 1);
        _saveState = new Statement(connection, "INSERT INTO session_states VALUES ($0, $1, $2) ON CONFLICT DO UPDATE SET state = excluded.state", 3);
        _dropState = new Statement(connection, "DELETE FROM session_states WHERE entity = $0 AND session_id = $1", 2);
        _remember = new Statement(connection, "INSERT INTO seen_ids VALUES ($0, $1, $2) ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at", 3);
        _forget = new Statement(connection, "DELETE FROM seen_ids WHERE entity = $0 AND seen_at < $1", 2);
        _advance = new Statement(connection, "UPDATE entities SET next_sequence = max(next_sequence, $1) WHERE id = $0", 2);
    }

    /// <summary>Commits all of it, or throws and commits nothing.</summary>
    public void Commit(IEnumerable<StoreOperation> operations)
    {
        _nextSequences.Clear();
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var operation in operations)
            Apply(operation, transaction);
        foreach (var (entity, next) in _nextSequences)
            _advance.Run(transaction, (long)entity, next);
        transaction.Commit();
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _insert, _update, _updateContent, _delete, _saveState, _dropState, _remember, _forget, _advance })
            statement.Dispose();
    }

    private void Apply(StoreOperation operation, SqliteTransaction transaction)
    {
        switch (operation)
        {
            case InsertMessage { Message: var m } insert:
                _insert.Run(transaction, m.Key.Value, m.EnqueuedSequence, m.MessageId, m.SessionId, m.EnqueuedAt.UtcTicks, m.ExpiresAt?.UtcTicks,
                    m.ScheduledFor?.UtcTicks, (long)m.State, (long)m.DeliveryCount, m.TimeToLive?.Ticks, m.DeadLetterSource, insert.Content);
                Advance(m.Key.EntityId, m.Key.Sequence + 1);
                break;
            case AdvanceSequence a:
                Advance(a.EntityId, a.Next);
                break;
            case UpdateMessage { Content: null } u:
                _update.Run(transaction, u.Key.Value, (long)u.State, (long)u.DeliveryCount);
                break;
            case UpdateMessage u:
                _updateContent.Run(transaction, u.Key.Value, (long)u.State, (long)u.DeliveryCount, u.Content);
                break;
            case DeleteMessage d:
                _delete.Run(transaction, d.Key.Value);
                break;
            case SaveSessionState { State: null } s:
                _dropState.Run(transaction, (long)s.EntityId, s.SessionId);
                break;
            case SaveSessionState s:
                _saveState.Run(transaction, (long)s.EntityId, s.SessionId, s.State);
                break;
            case RememberMessageId r:
                _remember.Run(transaction, (long)r.EntityId, r.MessageId, r.SeenAt.UtcTicks);
                break;
            case ForgetMessageIds f:
                _forget.Run(transaction, (long)f.EntityId, f.Horizon.UtcTicks);
                break;
            default:
                throw new InvalidOperationException($"No statement for {operation.GetType().Name}.");
        }
    }

    private void Advance(int entity, long next) => _nextSequences[entity] = Math.Max(_nextSequences.GetValueOrDefault(entity), next);

    /// <summary>A statement with parameters $0, $1, … prepared once.</summary>
    private sealed class Statement : IDisposable
    {
        private readonly SqliteCommand _command;

        public Statement(SqliteConnection connection, string sql, int parameters)
        {
            _command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the constants of the constructor above come here.
            _command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < parameters; i++)
                _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        public void Run(SqliteTransaction transaction, params ReadOnlySpan<object?> values)
        {
            _command.Transaction = transaction;
            for (var i = 0; i < values.Length; i++)
                _command.Parameters[i].Value = values[i] ?? DBNull.Value;
            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }
}
