using System.Collections.Immutable;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.History;
using Microsoft.Data.Sqlite;

namespace Marquee.Local.Durable.Storage;

/// <summary>Reads rows of the instances table.</summary>
internal static class InstanceRows
{
    public const string Columns = """
        key, id, execution, name, version, status, created_at, updated_at, completed_at,
        input, output, failure, custom_status, tags, parent_key, parent_id, parent_name, parent_execution, parent_step
        """;

    public static InstanceRecord Read(SqliteDataReader row) => new()
    {
        Key = row.GetInt64(0),
        Id = row.GetString(1),
        Execution = row.GetInt64(2),
        Name = row.GetString(3),
        Version = row.GetString(4),
        Status = (OrchestrationRuntimeStatus)row.GetInt32(5),
        CreatedAt = Time(row.GetInt64(6)),
        UpdatedAt = Time(row.GetInt64(7)),
        CompletedAt = row.IsDBNull(8) ? null : Time(row.GetInt64(8)),
        Input = Text(row, 9),
        Output = Text(row, 10),
        Failure = Text(row, 11) is { } failure ? HistoryJson.ReadFailure(failure) : null,
        CustomStatus = Text(row, 12),
        Tags = Text(row, 13) is { } tags ? HistoryJson.ReadTags(tags) : ImmutableDictionary<string, string>.Empty,
        Parent = row.IsDBNull(14)
            ? null
            : new ParentLink(row.GetInt64(14), row.GetString(15), row.GetString(16), row.GetInt64(17), row.GetInt32(18)),
    };

    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    public static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
