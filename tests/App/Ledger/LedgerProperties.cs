using CsCheck;
using Marquee.App.Tests.Running;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;

namespace Marquee.App.Tests.Ledger;

/// <summary>Evenings of anything in any order, on the real tables: much of it is refused, and that is the point.</summary>
public sealed class LedgerProperties(Azurite azurite) : LedgerTest(azurite)
{
    private enum Step
    {
        Sale,
        OfflineSale,
        Capture,
        Decline,
        Authorise,
        CapturePart,
        CaptureTooMuch,
        VoidAuthorisation,
        Refund,
        Dispute,
        Win,
        Lose,
        Keep,
        Release,
        PayOut,
        Owe,
        Offset,
        Crash,
    }

    private static readonly Account Band = Account.Payable("the-band");

    private static readonly Gen<(Step Step, int Target, long Amount)[]> Evening = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 30], Gen.Long[1, 500]).Array[5, 30];

    [Fact]
    public async Task Any_evening_balances_keeps_its_floors_and_replays_identically()
    {
        var evenings = 0;
        await Evening.SampleAsync(
            async evening =>
            {
                var number = Interlocked.Increment(ref evenings);
                var (first, again) = ($"{Id}-{number}-first", $"{Id}-{number}-again");
                var outcomes = await PlayAsync(first, evening, crashes: true);
                Assert.Equal(outcomes, await PlayAsync(again, evening, crashes: false));
                var journal = await HoldsAsync(first);
                Assert.Equal(journal, await HoldsAsync(again));

                // And what was taken, once more on the same ledger: all of it is known, nothing moves.
                var store = Store();
                foreach (var posting in journal) Assert.False(await store.PostAsync(first, posting, Stop));
                Assert.Equal(journal, await HoldsAsync(first));
            },
            iter: 12,
            threads: 1);
    }

    private async Task<IReadOnlyList<Posting>> HoldsAsync(string ledgerId)
    {
        var (postings, balances) = (await Store().SnapshotAsync(ledgerId, Stop))!.Value;
        Assert.Empty(LedgerProof.Verify(postings, balances.Balances));
        Assert.True(balances.IsBalanced);
        Assert.DoesNotContain(balances.Balances, balance => balance.IsBelowFloor);
        return postings;
    }

    private async Task<IReadOnlyList<LedgerRefusal?>> PlayAsync(string ledgerId, (Step, int, long)[] evening, bool crashes)
    {
        var store = Store();
        var outcomes = new List<LedgerRefusal?>();
        var crash = false;
        foreach (var (i, (step, target, amount)) in evening.Index())
        {
            if (step == Step.Crash)
            {
                crash = crashes;
                continue;
            }

            var posting = Of(step, i, evening, target % (i + 1), amount);
            if (crash)
            {
                // It is sent, and its sender dies; another process finds out what became of it.
                using var death = new CancellationTokenSource();
                var unanswered = RefusalAsync(store.PostAsync(ledgerId, posting, death.Token));
                await death.CancelAsync();
                await Record.ExceptionAsync(() => unanswered);
                store = Store();
                crash = false;
            }

            outcomes.Add(await RefusalAsync(store.PostAsync(ledgerId, posting, Stop)));
        }

        return outcomes;
    }

    /// <summary>What a step books; one that follows on another names that one by its number, whatever it was.</summary>
    private static Posting Of(Step step, int i, (Step Step, int Target, long Amount)[] evening, int target, long amount)
    {
        var (id, of, eur, held) = ($"o-{i}", $"o-{target}", Given.Eur(amount), evening[target].Amount);
        var hold = Hold($"auth/{of}", held, DateTimeOffset.MaxValue);
        return step switch
        {
            Step.Sale => Move($"sale/{id}", Account.ProcessorClearing, Account.EventProceeds, amount),
            Step.OfflineSale => Move($"sale/{id}", Account.OfflineAtRisk, Account.OfflineDeferred, amount),
            Step.Capture => new Posting(
                $"capture/{of}",
                Given.Doors,
                [
                    Entry.Debit(Account.OfflineDeferred, Given.Eur(held)), Entry.Credit(Account.OfflineAtRisk, Given.Eur(held)),
                    Entry.Debit(Account.ProcessorClearing, Given.Eur(held)), Entry.Credit(Account.EventProceeds, Given.Eur(held)),
                ],
                "Capture",
                resolves: $"sale/{of}"),
            Step.Decline => new Posting(
                $"decline/{of}", Given.Doors, [Entry.Debit(Account.CustomerDebt, Given.Eur(held)), Entry.Credit(Account.OfflineAtRisk, Given.Eur(held))], "Decline", resolves: $"sale/{of}"),
            Step.Authorise => Hold($"auth/{id}", amount, DateTimeOffset.MaxValue),
            Step.CapturePart => PendingRules.Post(hold, $"part/{of}", Given.Doors, "Part", Entries(Math.Max(1, held / 2))),
            Step.CaptureTooMuch => PendingRules.Post(hold, $"much/{of}", Given.Doors, "Too much", Entries(held + 1)),
            Step.VoidAuthorisation => PendingRules.Void(hold, $"void/{of}", Given.Doors, "Void"),
            Step.Refund => new Posting(
                $"refund/{id}", Given.Doors, [Entry.Debit(Band, eur), Entry.Credit(Account.ProcessorClearing, eur)], "Refund", corrects: $"sale/{of}"),
            Step.Dispute => DisputeAccounting.Opened(id, of, eur, Given.Eur(15), Given.Doors),
            Step.Win => DisputeAccounting.Won(of, Given.Eur(held), Given.Eur(15), Given.Doors),
            Step.Lose => DisputeAccounting.Lost(of, Given.Eur(held), Band, Given.Doors),
            Step.Keep => Move($"keep/{id}", Band, Account.Reserve("the-band"), amount),
            Step.Release => Move($"release/{id}", Account.Reserve("the-band"), Band, amount),
            Step.PayOut => Move($"transfer/{id}", Band, Account.ProcessorClearing, amount),
            Step.Owe => Move($"owe/{id}", Account.Receivable("the-band"), Band, amount),
            Step.Offset => Move($"offset/{id}", Band, Account.Receivable("the-band"), amount),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Books nothing."),
        };
    }

    private static Entry[] Entries(long minorUnits) => [Entry.Debit(Account.ProcessorClearing, Given.Eur(minorUnits)), Entry.Credit(Account.EventProceeds, Given.Eur(minorUnits))];
}
