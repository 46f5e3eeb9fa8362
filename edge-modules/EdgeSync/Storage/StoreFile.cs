using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>Opens a store's file: one process at a time, checked, at the schema that this version knows.</summary>
internal static class StoreFile
{
    public static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new EdgeStoreException($"{path} is in use by another process, or its folder cannot be written: {e.Message}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EdgeStoreException($"{path} cannot be written: {e.Message}", e);
        }
    }

    public static SqliteConnection Open(string path, IReadOnlyList<SchemaStep> steps, long maxBytes)
    {
        var connection = new SqliteConnection(ConnectionString(path));
        try
        {
            connection.Open();
            // FULL makes WAL fsync at every commit: what a till called approved survives a power cut.
            Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;");
            Check(connection, path);
            var pageBytes = Number(connection, "PRAGMA page_size");
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count={Math.Max(16, maxBytes / pageBytes)};"));
            Upgrade(connection, path, steps);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new EdgeStoreException($"{path} cannot be opened as a store ({e.Message}). Keep the file for reconciliation; do not delete it.", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenForReading(string path)
    {
        var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        Run(connection, "PRAGMA query_only=ON; PRAGMA busy_timeout=5000;");
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    // The writer's connection must never come back out of the pool as a reader, nor a reader's as the writer.
    private static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString();

    private static void Check(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() is not "ok")
            throw new EdgeStoreException($"{path} is damaged (integrity check failed). Keep the file for reconciliation; do not delete it.");
    }

    private static void Upgrade(SqliteConnection connection, string path, IReadOnlyList<SchemaStep> steps)
    {
        var have = Number(connection, "PRAGMA user_version");
        if (have > steps.Count)
            throw new EdgeStoreException($"{path} was written by a newer version (schema {have}, this version knows {steps.Count}).");
        for (var next = (int)have; next < steps.Count; next++)
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {steps[next].Sql}; PRAGMA user_version={next + 1}; COMMIT;"));
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
