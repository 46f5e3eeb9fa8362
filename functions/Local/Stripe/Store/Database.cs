using Microsoft.Data.Sqlite;

namespace Marquee.Local.Stripe.Store;

/// <summary>
/// One SQLite connection behind one lock. WAL with <c>synchronous=NORMAL</c>: what was committed survives a killed process
/// (a power cut may lose the last commits, which a stand-in on a laptop may).
/// </summary>
internal sealed class Database : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS texts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS objects (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, kind TEXT NOT NULL,
            created INTEGER NOT NULL, parent TEXT, body TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (account, kind, seq);
        CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (parent, kind, seq) WHERE parent IS NOT NULL;
        CREATE TABLE IF NOT EXISTS postings (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, txn TEXT NOT NULL, account TEXT NOT NULL, bucket TEXT NOT NULL,
            currency TEXT NOT NULL, amount INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS balances (
            account TEXT NOT NULL, bucket TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
            PRIMARY KEY (account, bucket, currency)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS jobs (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, target TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS jobs_by_due ON jobs (due, seq);
        CREATE INDEX IF NOT EXISTS jobs_by_target ON jobs (target);
        CREATE TABLE IF NOT EXISTS idempotency (
            scope TEXT NOT NULL, key TEXT NOT NULL, operation TEXT NOT NULL, hash TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
            request TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (scope, key)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency (created);
        CREATE TABLE IF NOT EXISTS deliveries (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, next INTEGER NOT NULL, until INTEGER NOT NULL, last TEXT);
        CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (endpoint, state, next, seq);
        CREATE INDEX IF NOT EXISTS deliveries_open ON deliveries (next) WHERE state IN ('waiting', 'held', 'repeat');
        CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
        CREATE TABLE IF NOT EXISTS requests (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
            account TEXT, key TEXT, status INTEGER NOT NULL, code TEXT, replayed INTEGER NOT NULL);
        """;

    private static readonly string[] TableNames =
        ["meta", "texts", "objects", "postings", "balances", "jobs", "idempotency", "deliveries", "requests"];

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Lock _lock = new();

    public Database(string path)
    {
        Directory.CreateDirectory(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(path, "stripe.db"),
            Pooling = false,
        }.ConnectionString);
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=NORMAL");
        using var create = _connection.CreateCommand();
        create.CommandText = Schema;
        create.ExecuteNonQuery();
    }

    /// <summary>Runs one transaction at a time; whatever throws undoes it.</summary>
    public T Run<T>(Func<T> work)
    {
        lock (_lock)
        {
            Execute("BEGIN IMMEDIATE");
            try
            {
                var result = work();
                Execute("COMMIT");
                return result;
            }
            catch
            {
                Execute("ROLLBACK");
                throw;
            }
        }
    }

    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteNonQuery();

    public long? Number(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteScalar() is long number
        ? number : null;

    public string? Text(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteScalar() as string;

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Bind(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The next value of a persisted counter, from 1.</summary>
    public long Next(string counter) =>
        Number("INSERT INTO meta (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            counter)!.Value;

    public void Clear()
    {
        foreach (var table in TableNames)
            Execute($"DELETE FROM {table}");
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var command in _commands.Values)
                command.Dispose();
            _connection.Dispose();
        }
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            // Only constant statements come here: parameters carry all values, filters carry checked field names.
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
            _commands[sql] = command;
        }
        command.Parameters.Clear();
        for (var i = 0; i < arguments.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", arguments[i] ?? DBNull.Value);
        return command;
    }
}
