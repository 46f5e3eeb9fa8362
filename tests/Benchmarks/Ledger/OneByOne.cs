using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.Benchmarks.Ledger;

/// <summary>
/// The peer: an entity-group transaction for each posting, of its row and its balances. It writes the better of two ways, one after the other
/// in this process with the balances remembered, so that nobody ever meets anybody; <see cref="RaceAsync"/> is the other, where each writer
/// reads, writes under ETags, and goes again when somebody was first.
/// </summary>
internal sealed class OneByOne(TableClient table, string partition) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, (long Debits, long Credits, ETag? Tag)> _known = new(StringComparer.Ordinal);

    public async Task PostAsync(Posting posting)
    {
        await _turn.WaitAsync();
        try
        {
            await WriteAsync(posting, _known);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task RaceAsync(Posting posting)
    {
        while (true)
        {
            var read = new Dictionary<string, (long, long, ETag?)>(StringComparer.Ordinal);
            foreach (var entry in posting.Entries)
            {
                var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, Key(entry.Account));
                read[Key(entry.Account)] = row.HasValue ? (row.Value!.GetInt64("Debits")!.Value, row.Value.GetInt64("Credits")!.Value, row.Value.ETag) : (0, 0, null);
            }

            try
            {
                await WriteAsync(posting, read);
                return;
            }
            catch (RequestFailedException failure) when (failure.Status is 409 or 412)
            {
                // Somebody else was first.
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync(Posting posting, Dictionary<string, (long Debits, long Credits, ETag? Tag)> balances)
    {
        var actions = new List<TableTransactionAction>
        {
            new(TableTransactionActionType.Add, new TableEntity(partition, "posting|" + posting.Id.Replace('/', ':'))
            {
                ["Json"] = JsonSerializer.Serialize(posting, ContractJson.Options),
                ["RecordedAt"] = TimeProvider.System.GetUtcNow(),
            }),
        };
        var next = new Dictionary<string, (long Debits, long Credits, ETag? Tag)>(StringComparer.Ordinal);
        foreach (var (account, side, amount) in posting.Entries)
        {
            var (debits, credits, tag) = next.TryGetValue(Key(account), out var changed) ? changed : balances.GetValueOrDefault(Key(account));
            next[Key(account)] = side == Side.Debit ? (debits + amount.MinorUnits, credits, tag) : (debits, credits + amount.MinorUnits, tag);
        }

        foreach (var (key, (debits, credits, tag)) in next)
        {
            var row = new TableEntity(partition, key) { ["Debits"] = debits, ["Credits"] = credits };
            actions.Add(tag is { } read ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, read) : new TableTransactionAction(TableTransactionActionType.Add, row));
        }

        var answer = await table.SubmitTransactionAsync(actions);
        foreach (var ((key, (debits, credits, _)), i) in next.Select((pair, i) => (pair, i))) balances[key] = (debits, credits, answer.Value[i + 1].Headers.ETag);
    }

    private static string Key(Account account) => "balance|EUR|" + account.Code;
}
