using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Marquee.EdgeSync.Storage;

/// <summary>
/// A statement on SQLite's own handle, for what changes rows or asks for one number: the writer runs a dozen of them for each sale, and a
/// reader object and a lookup of every parameter's name for each cost more than the statement. For one user at a time.
/// </summary>
internal sealed class RawStatement : IDisposable
{
    /// <summary>Texts up to this many bytes are made on the stack.</summary>
    private const int StackBytes = 512;

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private readonly int _count;
    private (string Name, int Place)[] _places = [];

    private RawStatement(sqlite3 connection, sqlite3_stmt statement) =>
        (_connection, _statement, _count) = (connection, statement, raw.sqlite3_bind_parameter_count(statement));

    /// <summary>Null when there is more than one statement in the text.</summary>
    /// <exception cref="SqliteException">SQLite does not take the statement.</exception>
    public static RawStatement? TryPrepare(sqlite3 connection, string sql)
    {
        var result = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement, out var tail);
        SqliteException.ThrowExceptionForRC(result, connection);
        if (string.IsNullOrWhiteSpace(tail)) return new RawStatement(connection, statement);
        statement.Dispose();
        return null;
    }

    /// <summary>Whether this is a type of value that it can bind.</summary>
    public static bool Takes(object? value) => value is null or string or long or int or bool or byte[];

    /// <summary>Gives values to all parameters; one that is named and not in the statement is passed over, as the reader's statements do.</summary>
    public void Bind(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!HasPlacesOf(parameters)) FindPlaces(parameters);
        for (var i = 0; i < parameters.Length; i++)
        {
            if (_places[i].Place > 0) SqliteException.ThrowExceptionForRC(Bind(_places[i].Place, parameters[i].Value), _connection);
        }
    }

    /// <summary>Runs to the end and returns how many rows it changed.</summary>
    public int Execute()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }

        return raw.sqlite3_changes(_connection);
    }

    /// <summary>Runs to the end and returns the first column of the first row; 0 when that is no integer or there is none.</summary>
    public long Number()
    {
        var number = 0L;
        try
        {
            if (!Step()) return 0;
            if (raw.sqlite3_column_type(_statement, 0) == raw.SQLITE_INTEGER) number = raw.sqlite3_column_int64(_statement, 0);
            while (Step())
            {
            }
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }

        return number;
    }

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW) return true;
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _connection);
        return false;
    }

    // A statement is asked from one place in the code, so that the names are the same objects each time.
    private bool HasPlacesOf(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (_places.Length != parameters.Length) return false;
        for (var i = 0; i < parameters.Length; i++)
        {
            if (!string.Equals(_places[i].Name, parameters[i].Name, StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private void FindPlaces(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var places = new (string Name, int Place)[parameters.Length];
        for (var i = 0; i < places.Length; i++) places[i] = (parameters[i].Name, raw.sqlite3_bind_parameter_index(_statement, parameters[i].Name));
        if (places.Where(p => p.Place > 0).DistinctBy(p => p.Place).Count() < _count)
            throw new InvalidOperationException("Not every parameter of the statement has a value.");
        _places = places;
    }

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        string text => BindText(place, text),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        int number => raw.sqlite3_bind_int64(_statement, place, number),
        bool flag => raw.sqlite3_bind_int64(_statement, place, flag ? 1 : 0),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} has no place in the store.", nameof(value)),
    };

    private int BindText(int place, string text)
    {
        // An empty span would be NULL to SQLite.
        if (text.Length is 0 or > StackBytes / 3) return raw.sqlite3_bind_text(_statement, place, text);
        Span<byte> bytes = stackalloc byte[StackBytes];
        return raw.sqlite3_bind_text(_statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
