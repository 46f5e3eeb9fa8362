using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Ledgers;
using CloudState = Marquee.App.Storage.SaleState;

namespace Marquee.Simulation.World;

/// <summary>
/// The end of an evening: journals, processor, mirror and ledger have to tell the same story, each read from where it is kept.
/// </summary>
internal sealed class Books(SimWorld world)
{
    public async Task CloseAsync()
    {
        if (world.Bus.DeadLetters.FirstOrDefault() is { } dead)
            throw new ViolationException("every fact is taken", $"{dead.MessageId} is a dead letter: {dead.DeadLetterReason}");
        var journals = world.Pops.ToDictionary(pop => pop.Id, pop => pop.Read(JournalRow.All)!);
        foreach (var pop in world.Pops)
        {
            world.Watch.CheckPromises(pop, journals[pop.Id]);
            CompareWithProcessor(pop.Id, journals[pop.Id]);
        }

        var sales = await world.Office.Get<LedgerStore>().SalesAsync(WorldPlan.EventId, CancellationToken.None).ConfigureAwait(false);
        foreach (var pop in world.Pops) CompareWithMirror(pop.Id, journals[pop.Id], [.. sales.Where(s => s.PopId == pop.Id)]);
        await CompareWithLedgerAsync([.. journals.Values.SelectMany(rows => rows)]).ConfigureAwait(false);
        await CompareWithDrainedAsync(journals).ConfigureAwait(false);
    }

    private void CompareWithProcessor(string popId, IReadOnlyList<JournalRow> journal)
    {
        var charged = world.Processor.Intents.Where(i => i.Pop == popId && i.Captured > 0).ToDictionary(i => i.Order, i => i.Captured, StringComparer.Ordinal);
        Compare("journal = processor", popId, journal.Where(r => r.IsPaid).ToDictionary(r => r.OrderId, r => r.Total, StringComparer.Ordinal), charged);
    }

    private static void CompareWithMirror(string popId, IReadOnlyList<JournalRow> journal, IReadOnlyList<SaleDocument> mirror) => Compare(
        "mirror = journal",
        popId,
        journal.Where(r => r.IsApproved).ToDictionary(
            r => r.OrderId, r => (r.Total, r.IsPaid ? CloudState.Captured : CloudState.Declined), StringComparer.Ordinal),
        mirror.ToDictionary(s => s.Sale.OrderId, s => (s.Sale.Total.MinorUnits, s.State), StringComparer.Ordinal));

    private async Task CompareWithLedgerAsync(IReadOnlyList<JournalRow> journal)
    {
        var snapshot = await world.Office.Get<LedgerStore>().SnapshotAsync(WorldPlan.EventId, CancellationToken.None).ConfigureAwait(false)
            ?? throw new ViolationException("the ledger comes to rest", "it changes while it is read");
        if (LedgerProof.Verify(snapshot.Postings, snapshot.Balances.Balances) is [var difference, ..])
            throw new ViolationException("the ledger is its postings", difference.ToString());
        var paid = journal.Where(r => r.IsPaid).Sum(r => r.Total);
        var fees = world.Processor.Intents.Sum(i => i.Fee);
        Expect(snapshot.Balances, Account.ProcessorClearing, paid - fees);
        Expect(snapshot.Balances, Account.ProcessorFees, fees);
        Expect(snapshot.Balances, Account.OfflineAtRisk, 0);
        Expect(snapshot.Balances, Account.CustomerDebt, journal.Where(r => r.State == "declinedAtForward").Sum(r => r.Total));
    }

    private async Task CompareWithDrainedAsync(Dictionary<string, IReadOnlyList<JournalRow>> journals)
    {
        var pops = await world.Office.Get<EventStore>().PopsAsync(WorldPlan.EventId, CancellationToken.None).ConfigureAwait(false);
        foreach (var (popId, journal) in journals)
        {
            var paid = journal.Where(r => r.IsPaid).Sum(r => r.Total);
            if (pops.SingleOrDefault(p => p.PopId == popId)?.Drained is not { } drained || drained.Captured.MinorUnits != paid)
                throw new ViolationException("the till says what it took", $"{popId} took {paid} and the cloud heard {pops.SingleOrDefault(p => p.PopId == popId)}");
        }
    }

    private static void Expect(TrialBalance balances, Account account, long expected)
    {
        var found = balances.Of(account, Currency.Eur).Net.MinorUnits;
        if (found != expected) throw new ViolationException("the ledger is what happened", $"{account} is {found} and should be {expected}");
    }

    private static void Compare<T>(string invariant, string popId, Dictionary<string, T> journal, Dictionary<string, T> other)
    {
        foreach (var (orderId, value) in journal)
        {
            if (!other.TryGetValue(orderId, out var there)) throw new ViolationException(invariant, $"{popId}'s {orderId} ({value}) is only in the journal");
            if (!Equals(value, there)) throw new ViolationException(invariant, $"{popId}'s {orderId} is {value} in the journal and {there} there");
        }

        foreach (var orderId in other.Keys.Where(o => !journal.ContainsKey(o)))
            throw new ViolationException(invariant, $"{popId}'s {orderId} ({other[orderId]}) is not in the journal as such");
    }
}
