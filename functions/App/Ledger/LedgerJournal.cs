using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>Reads journals from their blocks, a page of the table at a time, however long they are.</summary>
internal static class LedgerJournal
{
    /// <summary>The blocks from the one on that holds <paramref name="after"/> + 1.</summary>
    public static async IAsyncEnumerable<JournalBlock> BlocksAsync(
        TableClient table, string ledgerId, long after, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A block's key is its last sequence, so the last that is wanted may lie behind the bound: it is the first past it.
        var (from, end) = (LedgerKeys.Block(after + 1), LedgerKeys.Blocks + "~");
        if (after >= through) yield break;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {ledgerId} and RowKey ge {from} and RowKey lt {end}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var block = JournalBlock.Of(row);
            if (block.FirstSequence > through) yield break;
            yield return block;
            if (block.LastSequence >= through) yield break;
        }
    }

    public static async IAsyncEnumerable<RecordedPosting> ReadAsync(
        TableClient table, string ledgerId, long after, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in BlocksAsync(table, ledgerId, after, through, cancellationToken))
        {
            foreach (var recorded in block.Postings())
                if (recorded.Sequence > after && recorded.Sequence <= through) yield return recorded;
        }
    }

    public static async Task<RecordedPosting?> FindAsync(TableClient table, string ledgerId, string postingId, CancellationToken cancellationToken)
    {
        if (await table.FindAsync(ledgerId, LedgerKeys.Posting(postingId), cancellationToken) is not { } row) return null;
        var sequence = row.GetInt64("Sequence")!.Value;
        await foreach (var recorded in ReadAsync(table, ledgerId, sequence - 1, sequence, cancellationToken)) return recorded;
        throw new InvalidDataException($"The journal of '{ledgerId}' does not hold posting {sequence}.");
    }
}
