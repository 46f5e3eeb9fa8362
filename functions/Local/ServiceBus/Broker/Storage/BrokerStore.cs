using Marquee.Local.ServiceBus.Broker.Entities;
using Microsoft.Data.Sqlite;

namespace Marquee.Local.ServiceBus.Broker.Storage;

/// <summary>The broker's file: read once at the start, then written by <see cref="Writer"/> and read for content that memory does not hold.</summary>
internal sealed class BrokerStore : IDisposable
{
    public const string FileName = "broker.db";

    private readonly FileStream _lock;
    private readonly SqliteConnection _reader;
    private readonly SqliteCommand _readContent;
    private readonly Lock _reading = new();

    /// <param name="directory">The data folder; made where missing. One broker at a time.</param>
    /// <param name="onFault">Told once a commit has failed; the broker has to stop.</param>
    /// <exception cref="IOException">Another broker holds the folder.</exception>
    public BrokerStore(string directory, Action<Exception> onFault)
    {
        Directory.CreateDirectory(directory);
        _lock = new FileStream(Path.Combine(directory, "broker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var path = Path.Combine(directory, FileName);
        Writer = new StoreWriter(StoreSchema.Open(path), onFault);
        _reader = StoreSchema.Open(path);
        _readContent = _reader.CreateCommand();
        _readContent.CommandText = "SELECT content FROM messages WHERE key = $key";
        _readContent.Parameters.Add(new SqliteParameter { ParameterName = "$key" });
    }

    public StoreWriter Writer { get; }

    /// <summary>The entity's number and next sequence number; a new name gets a number.</summary>
    public (int Id, long NextSequence) OpenEntity(string name)
    {
        lock (_reading)
        {
            using var command = _reader.CreateCommand();
            command.CommandText = """
                INSERT INTO entities (name) VALUES ($name) ON CONFLICT DO NOTHING;
                SELECT id, next_sequence FROM entities WHERE name = $name
                """;
            command.Parameters.AddWithValue("$name", name);
            using var row = command.ExecuteReader();
            row.Read();
            return (row.GetInt32(0), row.GetInt64(1));
        }
    }

    /// <summary>Names that the file has data of, whether the configuration still names them or not.</summary>
    public IReadOnlyList<(string Name, long Messages)> ListEntities()
    {
        lock (_reading)
        {
            using var command = _reader.CreateCommand();
            command.CommandText = $"SELECT name, (SELECT count(*) FROM messages WHERE key BETWEEN id << {MessageKey.SequenceBits} AND ((id + 1) << {MessageKey.SequenceBits}) - 1) FROM entities";
            using var row = command.ExecuteReader();
            var names = new List<(string, long)>();
            while (row.Read())
                names.Add((row.GetString(0), row.GetInt64(1)));
            return names;
        }
    }

    public List<StoredMessage> LoadMessages(int entityId, ContentBudget budget)
    {
        lock (_reading)
        {
            using var command = _reader.CreateCommand();
            command.CommandText = """
                SELECT key, enqueued_sequence, message_id, session_id, enqueued_at, expires_at, scheduled_for, state, delivery_count,
                    time_to_live, dead_letter_source, content
                FROM messages WHERE key BETWEEN $first AND $last ORDER BY key
                """;
            command.Parameters.AddWithValue("$first", new MessageKey(entityId, 0).Value);
            command.Parameters.AddWithValue("$last", new MessageKey(entityId + 1, 0).Value - 1);
            using var row = command.ExecuteReader();
            var messages = new List<StoredMessage>();
            while (row.Read())
            {
                var content = row.GetFieldValue<byte[]>(11);
                messages.Add(new StoredMessage(new MessageKey(row.GetInt64(0)), budget.TryHold(content.Length) ? content : null, content.Length)
                {
                    EnqueuedSequence = row.GetInt64(1),
                    MessageId = row.IsDBNull(2) ? null : row.GetString(2),
                    SessionId = row.IsDBNull(3) ? null : row.GetString(3),
                    EnqueuedAt = new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero),
                    ExpiresAt = row.IsDBNull(5) ? null : new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero),
                    ScheduledFor = row.IsDBNull(6) ? null : new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero),
                    State = (MessageState)row.GetInt32(7),
                    DeliveryCount = row.GetInt32(8),
                    TimeToLive = row.IsDBNull(9) ? null : new TimeSpan(row.GetInt64(9)),
                    DeadLetterSource = row.IsDBNull(10) ? null : row.GetString(10),
                });
            }

            return messages;
        }
    }

    public Dictionary<string, byte[]> LoadSessionStates(int entityId)
    {
        lock (_reading)
        {
            using var command = _reader.CreateCommand();
            command.CommandText = "SELECT session_id, state FROM session_states WHERE entity = $entity";
            command.Parameters.AddWithValue("$entity", entityId);
            using var row = command.ExecuteReader();
            var states = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            while (row.Read())
                states.Add(row.GetString(0), row.GetFieldValue<byte[]>(1));
            return states;
        }
    }

    public List<(string MessageId, DateTimeOffset SeenAt)> LoadSeenIds(int entityId)
    {
        lock (_reading)
        {
            using var command = _reader.CreateCommand();
            command.CommandText = "SELECT message_id, seen_at FROM seen_ids WHERE entity = $entity ORDER BY seen_at";
            command.Parameters.AddWithValue("$entity", entityId);
            using var row = command.ExecuteReader();
            var ids = new List<(string, DateTimeOffset)>();
            while (row.Read())
                ids.Add((row.GetString(0), new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero)));
            return ids;
        }
    }

    public byte[] ReadContent(MessageKey key)
    {
        lock (_reading)
        {
            _readContent.Parameters[0].Value = key.Value;
            return (byte[]?)_readContent.ExecuteScalar() ?? throw new InvalidDataException($"Message {key} has no content.");
        }
    }

    public void Dispose()
    {
        Writer.Dispose();
        lock (_reading)
        {
            _readContent.Dispose();
            _reader.Dispose();
        }

        _lock.Dispose();
    }
}
