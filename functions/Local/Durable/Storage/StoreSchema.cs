using Microsoft.Data.Sqlite;

namespace Marquee.Local.Durable.Storage;

/// <summary>The tables. Times are UTC ticks (100 ns since 0001-01-01), events and failures JSON.</summary>
internal static class StoreSchema
{
    private const long Version = 1;

    // What PRAGMA synchronous answers for FULL.
    private const long FullSync = 2;

    // A timers row with this step is an instance's start time, not a timer that its code set.
    public const int StartStep = -1;

    private const string Pragmas = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = OFF;
        """;

    private const string Tables = """
        CREATE TABLE instances (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            execution INTEGER NOT NULL,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            status INTEGER NOT NULL,
            awaits_start INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            completed_at INTEGER,
            input TEXT, output TEXT, failure TEXT, custom_status TEXT, tags TEXT,
            parent_key INTEGER, parent_id TEXT, parent_name TEXT, parent_execution INTEGER, parent_step INTEGER);
        CREATE INDEX instances_by_parent ON instances (parent_key) WHERE parent_key IS NOT NULL;
        CREATE INDEX instances_awaiting_start ON instances (key) WHERE awaits_start = 1;

        CREATE TABLE history (
            key INTEGER NOT NULL, turn INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (key, turn)) WITHOUT ROWID;

        CREATE TABLE inbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, key INTEGER NOT NULL, execution INTEGER, event TEXT NOT NULL);
        CREATE INDEX inbox_by_instance ON inbox (key, seq);

        CREATE TABLE activities (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key INTEGER NOT NULL, execution INTEGER NOT NULL, step INTEGER NOT NULL,
            name TEXT NOT NULL, version TEXT NOT NULL, input TEXT);
        CREATE INDEX activities_by_instance ON activities (key);

        CREATE TABLE timers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key INTEGER NOT NULL, execution INTEGER NOT NULL, step INTEGER NOT NULL, fire_at INTEGER NOT NULL);
        CREATE INDEX timers_by_time ON timers (fire_at, id);
        CREATE INDEX timers_by_instance ON timers (key, step);
        """;

    /// <summary>Sets the connection up, and makes the tables if the file is new.</summary>
    /// <exception cref="InvalidOperationException">The file was written by another version of the engine.</exception>
    public static void Prepare(SqliteConnection connection)
    {
        Execute(connection, Pragmas);
        if (Read(connection, "PRAGMA journal_mode") is not "wal" || Read(connection, "PRAGMA synchronous") is not FullSync)
        {
            throw new InvalidOperationException($"'{connection.DataSource}' cannot be written durably: WAL or full syncing is refused.");
        }

        var version = (long)Read(connection, "PRAGMA user_version")!;
        if (version == 0)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {Tables} PRAGMA user_version = {Version}; COMMIT;");
        }
        else if (version != Version)
        {
            throw new InvalidOperationException(
                $"'{connection.DataSource}' has orchestration schema {version}; this engine reads schema {Version}.");
        }
    }

    private static object? Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
