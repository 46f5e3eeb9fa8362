using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Marquee.Simulation.Cloud;

/// <summary>A row: its key, its version, and its properties as JSON.</summary>
internal sealed record TableRow(string Partition, string Key, long Version, JsonObject Properties)
{
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");
}

/// <summary>One change of a row; <see cref="IfMatch"/> null: whatever is there.</summary>
internal sealed record TableChange(string Method, string Table, string Partition, string Key, string? IfMatch, JsonObject? Properties);

internal sealed record TableOutcome(int Status, string? Code, string? ETag);

/// <summary>
/// Azure Tables as the app sees it: rows in order of their keys, ETags, and transactions within a partition that happen as a whole.
/// https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api
/// </summary>
internal sealed class SimTables
{
    private readonly Dictionary<string, SortedDictionary<string, SortedDictionary<string, TableRow>>> _tables = new(StringComparer.Ordinal);
    private long _versions;

    /// <summary>Takes every ETag for the right one. Only to show that the simulation notices.</summary>
    public bool IgnoresETags { get; init; }

    /// <summary>Called after each transaction that changed a partition: table and partition.</summary>
    public Action<string, string>? Changed { get; set; }

    public TableRow? Find(string table, string partition, string key) => Partition(table, partition)?.GetValueOrDefault(key);

    public IEnumerable<TableRow> Rows(string table, string partition, string prefix) =>
        (Partition(table, partition)?.Values ?? Enumerable.Empty<TableRow>()).Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal));

    public IReadOnlyList<TableRow> Query(string table, TableFilter filter)
    {
        if (!_tables.TryGetValue(table, out var partitions)) return [];
        var chosen = filter.Partition is { } one ? (partitions.TryGetValue(one, out var rows) ? [rows] : []) : partitions.Values.AsEnumerable();
        return [.. chosen.SelectMany(rows => rows.Values).Where(filter.Matches)];
    }

    /// <summary>Does all of the changes, or none: then the index of the first that cannot be done and why.</summary>
    public (int Failed, TableOutcome Outcome)? Apply(IReadOnlyList<TableChange> changes, List<TableOutcome> outcomes)
    {
        for (var index = 0; index < changes.Count; index++)
        {
            if (Refusal(changes[index]) is { } refusal) return (index, refusal);
        }

        foreach (var change in changes) outcomes.Add(Do(change));
        foreach (var (table, partition) in changes.Select(c => (c.Table, c.Partition)).Distinct()) Changed?.Invoke(table, partition);
        return null;
    }

    private TableOutcome? Refusal(TableChange change)
    {
        var row = Find(change.Table, change.Partition, change.Key);
        return (change.Method, row, change.IfMatch) switch
        {
            ("POST", not null, _) => new TableOutcome(409, "EntityAlreadyExists", null),
            ("POST", null, _) => null,
            (_, null, not null) => new TableOutcome(404, "ResourceNotFound", null),
            ("DELETE", null, null) => new TableOutcome(404, "ResourceNotFound", null),
            (_, { } there, { } tag) when tag != "*" && tag != there.ETag && !IgnoresETags => new TableOutcome(412, "UpdateConditionNotSatisfied", null),
            _ => null,
        };
    }

    private TableOutcome Do(TableChange change)
    {
        if (!_tables.TryGetValue(change.Table, out var partitions)) _tables.Add(change.Table, partitions = new(StringComparer.Ordinal));
        if (!partitions.TryGetValue(change.Partition, out var rows)) partitions.Add(change.Partition, rows = new(StringComparer.Ordinal));
        if (change.Method == "DELETE")
        {
            rows.Remove(change.Key);
            return new TableOutcome(204, null, null);
        }

        var properties = change.Properties!;
        if (change.Method is "PATCH" or "MERGE" && rows.TryGetValue(change.Key, out var before))
        {
            foreach (var (name, value) in before.Properties)
            {
                if (!properties.ContainsKey(name)) properties[name] = value?.DeepClone();
            }
        }

        var row = rows[change.Key] = new TableRow(change.Partition, change.Key, ++_versions, properties);
        return new TableOutcome(204, null, row.ETag);
    }

    private SortedDictionary<string, TableRow>? Partition(string table, string partition) =>
        _tables.TryGetValue(table, out var partitions) ? partitions.GetValueOrDefault(partition) : null;

    /// <summary>A row as the service writes it.</summary>
    public static void Write(StringBuilder json, TableRow row)
    {
        var tag = row.ETag.Replace("\"", "\\\"", StringComparison.Ordinal);
        json.Append("{\"odata.etag\":\"").Append(tag).Append("\",\"Timestamp\":\"2026-01-01T00:00:00Z\"");
        foreach (var (name, value) in row.Properties) json.Append(",\"").Append(name).Append("\":").Append(value?.ToJsonString() ?? "null");
        json.Append('}');
    }
}
