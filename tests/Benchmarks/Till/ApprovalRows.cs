using Microsoft.Data.Sqlite;

namespace Marquee.Benchmarks.Till;

/// <summary>The rows that approvals added to one table, <see cref="PerApproval"/> by each.</summary>
internal sealed record ApprovalRows(string Table, IReadOnlyList<string> Columns, IReadOnlyList<object[]> Rows, int PerApproval)
{
    public static IReadOnlyList<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        // A trigger writes them, the peer's as well as ours.
        names.Remove("exposure_sums");
        return names;
    }

    public static long Count(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Null when approvals add nothing to the table.</summary>
    public static ApprovalRows? Read(SqliteConnection connection, string table, long before, long approvals)
    {
        var added = Count(connection, table) - before;
        if (added < approvals) return null;
        using var command = connection.CreateCommand();
        // Ids and numbers grow, so that the last rows of every key are the new ones.
        command.CommandText = $"SELECT * FROM {table} LIMIT -1 OFFSET {before}";
        using var reader = command.ExecuteReader();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return new ApprovalRows(table, columns, rows, (int)(added / approvals));
    }
}
