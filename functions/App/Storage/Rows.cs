using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>A row that keeps a value as JSON in the column <c>Json</c>, next to any columns that are queried or counted.</summary>
internal static class Rows
{
    private const string Column = "Json";

    public static TableEntity Of<T>(string partition, string row, T value) =>
        new(partition, row) { [Column] = JsonSerializer.Serialize(value, ContractJson.Options) };

    public static T Read<T>(this TableEntity entity) =>
        JsonSerializer.Deserialize<T>(entity.GetString(Column), ContractJson.Options)
        ?? throw new InvalidDataException($"Row {entity.PartitionKey}/{entity.RowKey} holds no {typeof(T).Name}.");

    public static async Task<TableEntity?> FindAsync(this TableClient table, string partition, string row, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>The rows of a partition whose key starts with <paramref name="prefix"/>, in key order.</summary>
    public static async IAsyncEnumerable<TableEntity> WithPrefixAsync(
        this TableClient table, string partition, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // '~' sorts after every character that a key of ours may hold (slugs and '|' excepted, which ends the prefix itself).
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {prefix} and RowKey lt {prefix + "~"}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            yield return row;
        }
    }

    /// <summary>The values of a partition's rows whose key starts with <paramref name="prefix"/>, in key order.</summary>
    public static async Task<IReadOnlyList<T>> ReadAllAsync<T>(this TableClient table, string partition, string prefix, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        await foreach (var row in table.WithPrefixAsync(partition, prefix, cancellationToken))
        {
            found.Add(row.Read<T>());
        }

        return found;
    }

    /// <summary>Adds the row, or replaces it when it is there: the last writer of an idempotent PUT wins.</summary>
    public static Task PutAsync(this TableClient table, TableEntity row, CancellationToken cancellationToken) =>
        table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);

    /// <summary>True for the answers that say somebody else wrote first: read again and decide again.</summary>
    public static bool IsConflict(this RequestFailedException failure) => failure.Status is 409 or 412;
}
