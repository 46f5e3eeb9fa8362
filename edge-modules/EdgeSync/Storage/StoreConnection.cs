using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>
/// A connection that keeps its statements prepared: parsing the schema and the same few dozen statements again each time took longer than
/// what they do. For one user at a time.
/// </summary>
internal sealed class StoreConnection(SqliteConnection connection) : IDisposable
{
    /// <summary>Statements kept of each kind; one more is prepared, used and forgotten.</summary>
    public const int MaxStatements = 256;

    private readonly Dictionary<string, SqliteCommand> _idle = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RawStatement> _idleRaw = new(StringComparer.Ordinal);

    /// <summary>Runs statements without parameters.</summary>
    public void Run(string sql) => Execute(sql, []);

    /// <summary>Runs a statement to its end and returns how many rows it changed.</summary>
    public int Execute(string sql, ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Take(sql, parameters) is { } statement ? Use(sql, statement, parameters, s => s.Execute()) : Use(sql, parameters, command => command.ExecuteNonQuery());

    /// <summary>The first column of the first row as an integer; no row, or NULL, is 0.</summary>
    public long Number(string sql, ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Take(sql, parameters) is { } statement
            ? Use(sql, statement, parameters, s => s.Number())
            : Use(sql, parameters, command => command.ExecuteScalar() is long value ? value : 0);

    /// <summary>Lends the statement for one use, which has read its answer to the end when it returns.</summary>
    public T Use<T>(string sql, ReadOnlySpan<(string Name, object? Value)> parameters, Func<SqliteCommand, T> use)
    {
        // Out of the table while in use: the reading of a row may ask the same again.
        if (!_idle.Remove(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
        }

        Bind(command, parameters);
        var isGood = false;
        try
        {
            var result = use(command);
            isGood = true;
            return result;
        }
        finally
        {
            if (!isGood || _idle.Count >= MaxStatements || !_idle.TryAdd(sql, command)) command.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var command in _idle.Values) command.Dispose();
        foreach (var statement in _idleRaw.Values) statement.Dispose();
        _idle.Clear();
        _idleRaw.Clear();
        connection.Dispose();
    }

    // Nothing is read row by row here, so a statement is never asked for while it is in use.
    private RawStatement? Take(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        foreach (var (_, value) in parameters)
        {
            if (!RawStatement.Takes(value)) return null;
        }

        return _idleRaw.TryGetValue(sql, out var known) ? known : RawStatement.TryPrepare(connection.Handle!, sql);
    }

    private T Use<T>(string sql, RawStatement statement, ReadOnlySpan<(string Name, object? Value)> parameters, Func<RawStatement, T> use)
    {
        var isGood = false;
        try
        {
            statement.Bind(parameters);
            var result = use(statement);
            isGood = _idleRaw.ContainsKey(sql) || (_idleRaw.Count < MaxStatements && _idleRaw.TryAdd(sql, statement));
            return result;
        }
        finally
        {
            if (!isGood)
            {
                _idleRaw.Remove(sql);
                statement.Dispose();
            }
        }
    }

    // The same statement comes with the same parameters in the same order; new ones cost more than new values.
    private static void Bind(SqliteCommand command, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var known = command.Parameters;
        for (var i = 0; i < parameters.Length; i++)
        {
            var (name, value) = parameters[i];
            if (i < known.Count && known[i].ParameterName == name) known[i].Value = value ?? DBNull.Value;
            else
            {
                while (known.Count > i) known.RemoveAt(i);
                known.AddWithValue(name, value ?? DBNull.Value);
            }
        }

        while (known.Count > parameters.Length) known.RemoveAt(parameters.Length);
    }
}
