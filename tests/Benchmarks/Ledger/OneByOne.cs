using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.Benchmarks.Ledger;

/// <summary>
/// The peer: an entity-group transaction for each posting, of its row and its balances, one after the other in this process with the balances
/// remembered, so that nobody ever meets anybody. (Writers that each read, write under ETags and go again when somebody was first come to a
/// small part of that.)
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
            await WriteAsync(posting);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync(Posting posting)
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
            var (debits, credits, tag) = next.TryGetValue(Key(account), out var changed) ? changed : _known.GetValueOrDefault(Key(account));
            next[Key(account)] = side == Side.Debit ? (debits + amount.MinorUnits, credits, tag) : (debits, credits + amount.MinorUnits, tag);
        }

        foreach (var (key, (debits, credits, tag)) in next)
        {
            var row = new TableEntity(partition, key) { ["Debits"] = debits, ["Credits"] = credits };
            actions.Add(tag is { } read ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, read) : new TableTransactionAction(TableTransactionActionType.Add, row));
        }

        var answer = await table.SubmitTransactionAsync(actions);
        foreach (var ((key, (debits, credits, _)), i) in next.Select((pair, i) => (pair, i))) _known[key] = (debits, credits, answer.Value[i + 1].Headers.ETag);
    }

    private static string Key(Account account) => "balance|EUR|" + account.Code;
}
