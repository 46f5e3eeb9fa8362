using Marquee.App.Storage;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Ledger;

/// <summary>What a verification found.</summary>
/// <param name="Sequence">Up to which the journal was read.</param>
/// <param name="Hash">The chain's head there, as hexadecimal digits.</param>
public sealed record LedgerVerdict(long Sequence, string Hash, bool Holds, IReadOnlyList<LedgerDifference> Differences);

/// <summary>Balances as they were.</summary>
/// <param name="Sequence">Up to which the journal was read.</param>
public sealed record LedgerBalances(long Sequence, TrialBalance Balances);

/// <summary>Reads whole journals, as streams: nothing here holds more than a page of one.</summary>
public sealed class LedgerReports(LedgerStore ledger)
{
    /// <summary>Folds the journal, checks its chain and its rules, and compares it with the stored balances and the closed periods.</summary>
    /// <returns>Null when the ledger is written to so often that no moment of rest was found: ask again.</returns>
    public async Task<LedgerVerdict?> VerifyAsync(string ledgerId, CancellationToken cancellationToken)
    {
        if (await ledger.MomentAsync(ledgerId, cancellationToken) is not var (end, balances)) return null;
        var periods = await ledger.PeriodsAsync(ledgerId, cancellationToken);
        var folds = periods.Select(_ => new LedgerFold()).ToList();
        var verifier = new LedgerVerifier();
        var head = LedgerHead.Start(ledgerId);
        await foreach (var block in LedgerJournal.BlocksAsync(ledger.Table, ledgerId, 0, end.Sequence, cancellationToken))
        {
            if (!block.Follows(head)) verifier.Found(new ChainBroken(block.FirstSequence));
            foreach (var recorded in block.Postings())
            {
                verifier.Add(recorded.Posting);
                for (var i = 0; i < folds.Count; i++)
                    if (recorded.Posting.EffectiveAt < periods[i].Through) folds[i].Add(recorded.Posting);
            }

            head = new LedgerHead(block.LastSequence, block.Hash, block.RecordedAt, null);
            foreach (var period in periods)
                if (period.Sequence == head.Sequence && period.JournalHash != Convert.ToHexString(head.Hash)) verifier.Found(new PeriodChanged(period.Through));
        }

        if (head.Sequence != end.Sequence || !head.Hash.AsSpan().SequenceEqual(end.Hash)) verifier.Found(new ChainBroken(head.Sequence + 1));
        foreach (var (period, fold) in periods.Zip(folds))
            if (!fold.Balances.Balances.SequenceEqual(period.Balances)) verifier.Found(new PeriodChanged(period.Through));
        var differences = verifier.Finish(balances.Balances);
        return new LedgerVerdict(end.Sequence, Convert.ToHexString(end.Hash), differences.Count == 0, differences);
    }

    /// <summary>
    /// The balances of what had taken effect before <paramref name="effectiveBefore"/> and was recorded up to <paramref name="recordedBy"/>;
    /// null leaves either open.
    /// </summary>
    public async Task<LedgerBalances> BalancesAsync(
        string ledgerId, DateTimeOffset? effectiveBefore, DateTimeOffset? recordedBy, CancellationToken cancellationToken)
    {
        var head = await ledger.HeadAsync(ledgerId, cancellationToken);
        var fold = new LedgerFold();
        await foreach (var recorded in ledger.JournalAsync(ledgerId, 0, head.Sequence, cancellationToken))
        {
            // The journal is in the order in which it was recorded.
            if (recorded.RecordedAt > recordedBy) break;
            if (!(recorded.Posting.EffectiveAt >= effectiveBefore)) fold.Add(recorded.Posting);
        }

        return new LedgerBalances(head.Sequence, fold.Balances);
    }
}
