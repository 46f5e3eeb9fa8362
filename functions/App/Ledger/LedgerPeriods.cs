using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>The record of a closed period.</summary>
/// <param name="Through">What took effect before this is in it; nothing more can.</param>
/// <param name="Sequence">Of the last posting that was recorded when it was closed.</param>
/// <param name="JournalHash">The chain's head there, as hexadecimal digits: whoever keeps it can tell later whether the journal was changed.</param>
/// <param name="Balances">Of all that had taken effect before <paramref name="Through"/>.</param>
public sealed record ClosedPeriod(DateTimeOffset Through, DateTimeOffset ClosedAt, long Sequence, string JournalHash, IReadOnlyList<Balance> Balances)
{
    internal static ClosedPeriod Of(TableEntity row) => JsonSerializer.Deserialize<ClosedPeriod>(Parts.Read(row), ContractJson.Options)
        ?? throw new InvalidDataException($"Row {row.RowKey} holds no period.");

    internal TableEntity Row(string ledgerId)
    {
        var row = new TableEntity(ledgerId, LedgerKeys.Period(Through));
        Parts.Write(row, JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Options));
        return row;
    }
}

/// <summary>Why a period cannot be closed.</summary>
public enum CloseRefusal
{
    /// <summary>It has not ended.</summary>
    NotOver,

    /// <summary>A later one is closed.</summary>
    Behind,
}

/// <summary>
/// Closes periods. First the head says so, and from that moment no posting can take effect in it; then its balances, which nothing changes
/// any more, are added up and kept. A crash in between leaves it closed, and closing it again finishes the record.
/// </summary>
public sealed class LedgerPeriods(LedgerStore ledger, TimeProvider time)
{
    /// <returns>The record: a new one, or the one from before.</returns>
    public async Task<(ClosedPeriod? Period, CloseRefusal? Refusal)> CloseAsync(string ledgerId, DateTimeOffset through, CancellationToken cancellationToken)
    {
        through = through.ToUniversalTime();
        if (await FindAsync(ledgerId, through, cancellationToken) is { } known) return (known, null);
        if (through > time.GetUtcNow()) return (null, CloseRefusal.NotOver);
        if ((await ledger.HeadAsync(ledgerId, cancellationToken)).ClosedThrough is { } closed && closed > through) return (null, CloseRefusal.Behind);

        await ledger.WriteAsync(ledgerId, new LedgerChange([], [], LatePosting.Refuse, through), cancellationToken);
        var head = await ledger.HeadAsync(ledgerId, cancellationToken);
        // Another process may have closed a later one in between: then this one is closed with it, and has no record of its own.
        if (head.ClosedThrough != through) return (null, CloseRefusal.Behind);
        var fold = new LedgerFold();
        await foreach (var recorded in ledger.JournalAsync(ledgerId, 0, head.Sequence, cancellationToken))
            if (recorded.Posting.EffectiveAt < through) fold.Add(recorded.Posting);
        var period = new ClosedPeriod(through, time.GetUtcNow(), head.Sequence, Convert.ToHexString(head.Hash), [.. fold.Balances.Balances]);
        try
        {
            await ledger.Table.AddEntityAsync(period.Row(ledgerId), cancellationToken);
            return (period, null);
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            // Somebody else closed the same one; the first record stays.
            return (await FindAsync(ledgerId, through, cancellationToken), null);
        }
    }

    private async Task<ClosedPeriod?> FindAsync(string ledgerId, DateTimeOffset through, CancellationToken cancellationToken) =>
        await ledger.Table.FindAsync(ledgerId, LedgerKeys.Period(through), cancellationToken) is { } row ? ClosedPeriod.Of(row) : null;
}
