using System.Text.Json;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>The postings of one transaction as the journal keeps them: a JSON text and a line feed for each, chained to the block before.</summary>
internal sealed record JournalBlock(long FirstSequence, long LastSequence, DateTimeOffset RecordedAt, byte[] Hash, byte[] Bytes)
{
    private const byte LineFeed = (byte)'\n';

    public static byte[] Line(Posting posting) => [.. JsonSerializer.SerializeToUtf8Bytes(posting, ContractJson.Options), LineFeed];

    public static JournalBlock After(LedgerHead head, DateTimeOffset recordedAt, IReadOnlyList<byte[]> lines)
    {
        byte[] bytes = [.. lines.SelectMany(line => line)];
        var first = head.Sequence + 1;
        return new JournalBlock(first, head.Sequence + lines.Count, recordedAt, LedgerChain.Next(head.Hash, first, recordedAt, bytes), bytes);
    }

    public static JournalBlock Of(TableEntity row) => new(
        row.GetInt64(nameof(FirstSequence))!.Value,
        row.GetInt64(nameof(LastSequence))!.Value,
        row.GetDateTimeOffset(nameof(RecordedAt))!.Value,
        row.GetBinary(nameof(Hash)),
        Parts.Read(row));

    public TableEntity Row(string ledgerId)
    {
        var row = new TableEntity(ledgerId, LedgerKeys.Block(LastSequence))
        {
            [nameof(FirstSequence)] = FirstSequence,
            [nameof(LastSequence)] = LastSequence,
            [nameof(RecordedAt)] = RecordedAt,
            [nameof(Hash)] = Hash,
        };
        Parts.Write(row, Bytes);
        return row;
    }

    /// <summary>True when it is as it was written, and comes right after <paramref name="head"/>.</summary>
    public bool Follows(LedgerHead head) =>
        FirstSequence == head.Sequence + 1 && Hash.AsSpan().SequenceEqual(LedgerChain.Next(head.Hash, FirstSequence, RecordedAt, Bytes));

    public IEnumerable<RecordedPosting> Postings()
    {
        var sequence = FirstSequence;
        for (var start = 0; start < Bytes.Length;)
        {
            var end = Array.IndexOf(Bytes, LineFeed, start);
            if (end < 0) throw new InvalidDataException($"Block {LastSequence} ends in the middle of a line.");
            var posting = JsonSerializer.Deserialize<Posting>(Bytes.AsSpan(start..end), ContractJson.Options)
                ?? throw new InvalidDataException($"Block {LastSequence} holds no posting at byte {start}.");
            yield return new RecordedPosting(sequence++, RecordedAt, posting);
            start = end + 1;
        }
    }
}
