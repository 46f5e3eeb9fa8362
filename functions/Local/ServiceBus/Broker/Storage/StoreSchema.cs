using Microsoft.Data.Sqlite;

namespace Marquee.Local.ServiceBus.Broker.Storage;

/// <summary>The file's tables, and the settings under which a commit is on the disk when it returns.</summary>
internal static class StoreSchema
{
    private const int Version = 1;

    // WAL with synchronous=FULL: one fsync a commit, and a commit that returned survives kill -9 and power loss.
    private const string Settings = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA cache_size = -8192;
        """;

    private const string Tables = """
        CREATE TABLE entities (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE,
            next_sequence INTEGER NOT NULL DEFAULT 1);
        CREATE TABLE messages (
            key INTEGER PRIMARY KEY,
            enqueued_sequence INTEGER NOT NULL,
            message_id TEXT,
            session_id TEXT,
            enqueued_at INTEGER NOT NULL,
            expires_at INTEGER,
            scheduled_for INTEGER,
            state INTEGER NOT NULL,
            delivery_count INTEGER NOT NULL,
            time_to_live INTEGER,
            dead_letter_source TEXT,
            content BLOB NOT NULL);
        CREATE TABLE session_states (
            entity INTEGER NOT NULL, session_id TEXT NOT NULL, state BLOB NOT NULL,
            PRIMARY KEY (entity, session_id)) WITHOUT ROWID;
        CREATE TABLE seen_ids (
            entity INTEGER NOT NULL, message_id TEXT NOT NULL, seen_at INTEGER NOT NULL,
            PRIMARY KEY (entity, message_id)) WITHOUT ROWID;
        CREATE INDEX seen_ids_by_time ON seen_ids (entity, seen_at);
        PRAGMA user_version = 1;
        """;

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, Settings);
            var version = ReadVersion(connection);
            if (version == 0)
            {
                using var transaction = connection.BeginTransaction();
                Execute(connection, Tables, transaction);
                transaction.Commit();
            }
            else if (version != Version)
            {
                throw new InvalidDataException($"'{path}' is of version {version}; this broker reads version {Version}.");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static long ReadVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Only the constants above come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
