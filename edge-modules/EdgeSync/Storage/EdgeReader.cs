using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>Queries on one consistent view of the store. Answers are read to their end before they are returned.</summary>
public class EdgeReader
{
    private protected EdgeReader(StoreConnection connection) => Connection = connection;

    private protected StoreConnection Connection { get; }

    internal static EdgeReader On(StoreConnection connection) => new(connection);

    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Connection.Use(sql, parameters, command =>
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read()) rows.Add(row(reader));
            return rows;
        });

    public T? QueryFirst<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where T : class =>
        Connection.Use(sql, parameters, command =>
        {
            using var reader = command.ExecuteReader();
            return reader.Read() ? row(reader) : null;
        });

    /// <summary>The first column of the first row as an integer; no row, or NULL, is 0.</summary>
    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Connection.Number(sql, parameters);
}
