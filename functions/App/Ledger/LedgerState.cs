using Azure;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>Where a ledger's journal ends.</summary>
/// <param name="Sequence">Of the last posting; 0 before the first.</param>
/// <param name="Hash">The chain's head; see <see cref="LedgerChain"/>.</param>
/// <param name="RecordedAt">When the last posting was recorded.</param>
/// <param name="ClosedThrough">Nothing may take effect before this any more. Null when no period is closed.</param>
public sealed record LedgerHead(long Sequence, byte[] Hash, DateTimeOffset RecordedAt, DateTimeOffset? ClosedThrough)
{
    internal static LedgerHead Start(string ledgerId) => new(0, LedgerChain.Start(ledgerId), DateTimeOffset.UnixEpoch, null);

    internal static LedgerHead Of(TableEntity row) => new(
        row.GetInt64(nameof(Sequence))!.Value,
        row.GetBinary(nameof(Hash)),
        row.GetDateTimeOffset(nameof(RecordedAt))!.Value,
        row.GetDateTimeOffset(nameof(ClosedThrough)));

    internal TableEntity Row(string ledgerId)
    {
        var row = new TableEntity(ledgerId, LedgerKeys.Head) { [nameof(Sequence)] = Sequence, [nameof(Hash)] = Hash, [nameof(RecordedAt)] = RecordedAt };
        if (ClosedThrough is { } closed) row[nameof(ClosedThrough)] = closed;
        return row;
    }
}

/// <summary>
/// A ledger's head and balances. Every transaction writes the head under its ETag, so what is remembered of both holds until one fails on it:
/// no other row needs a condition of its own for the balances' sake.
/// </summary>
internal sealed class LedgerState(LedgerHead head, ETag? tag, Dictionary<string, Balance> balances)
{
    public LedgerHead Head { get; private set; } = head;

    /// <summary>Null when the ledger has no head yet.</summary>
    public ETag? Tag { get; private set; } = tag;

    /// <summary>False once it is remembered rather than read: what it forbids may have become possible.</summary>
    public bool IsFresh { get; private set; } = true;

    /// <summary>Reads the head first: balances that are newer than it belong to a transaction that the next write will fail on.</summary>
    public static async Task<LedgerState> ReadAsync(TableClient table, string ledgerId, CancellationToken cancellationToken)
    {
        var head = await table.FindAsync(ledgerId, LedgerKeys.Head, cancellationToken);
        var balances = new Dictionary<string, Balance>(StringComparer.Ordinal);
        if (head is not null)
        {
            await foreach (var row in table.WithPrefixAsync(ledgerId, LedgerKeys.Balances, cancellationToken)) balances[row.RowKey] = LedgerKeys.ReadBalance(row);
        }

        return new LedgerState(head is null ? LedgerHead.Start(ledgerId) : LedgerHead.Of(head), head?.ETag, balances);
    }

    public Balance Balance(string key, Account account, Currency currency) =>
        balances.TryGetValue(key, out var balance) ? balance : Domain.Ledgers.Balance.Empty(account, currency);

    /// <summary>A transaction of ours went through.</summary>
    public void Advance(LedgerHead head, ETag tag, IEnumerable<KeyValuePair<string, Balance>> changed)
    {
        (Head, Tag, IsFresh) = (head, tag, false);
        foreach (var (key, balance) in changed) balances[key] = balance;
    }
}
