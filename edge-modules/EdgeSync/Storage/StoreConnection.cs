using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>
/// A connection that keeps its statements prepared: parsing the schema and the same few dozen statements again each time took longer than
/// what they do. For one user at a time.
/// </summary>
internal sealed class StoreConnection(SqliteConnection connection) : IDisposable
{
    /// <summary>Statements kept; one more is prepared, used and forgotten.</summary>
    public const int MaxStatements = 256;

    private readonly Dictionary<string, SqliteCommand> _idle = new(StringComparer.Ordinal);

    /// <summary>Runs statements without parameters.</summary>
    public void Run(string sql) => Use(sql, [], command => command.ExecuteNonQuery());

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

    public void Dispose()
    {
        foreach (var command in _idle.Values) command.Dispose();
        _idle.Clear();
        connection.Dispose();
    }
}
