using Marquee.App.Inbox;
using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Tests.Ledger;

public sealed class LedgerPeriodTests(Azurite azurite) : LedgerTest(azurite)
{
    private static readonly DateTimeOffset Midnight = Given.Doors.AddHours(6);

    private readonly Azurite _azurite = azurite;

    [Fact]
    public async Task Balances_are_as_they_were_then_and_as_was_known_then()
    {
        var store = StoreInItsOwnTime();
        await store.PostAsync(Id, At("tip/1", Given.Doors, 100), Stop);
        var before = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(12));
        await store.PostAsync(Id, At("tip/2", Given.Doors.AddHours(1), 20), Stop);
        await store.PostAsync(Id, At("tip/3", Given.Doors.AddHours(8), 3), Stop);

        var reports = new LedgerReports(store);
        async Task<long> TipsAsync(DateTimeOffset? effectiveBefore, DateTimeOffset? recordedBy) =>
            Net((await reports.BalancesAsync(Id, effectiveBefore, recordedBy, Stop)).Balances, Account.TipsPayable);
        Assert.Equal(123, await TipsAsync(null, null));
        Assert.Equal(120, await TipsAsync(Midnight, null));
        Assert.Equal(100, await TipsAsync(Midnight, before));
        Assert.Equal(100, await TipsAsync(Given.Doors.AddTicks(1), null));
        Assert.Equal(0, await TipsAsync(Given.Doors, null));
    }

    [Fact]
    public async Task A_closed_period_stays_closed_and_its_record_stays_true()
    {
        var store = StoreInItsOwnTime();
        await store.PostAsync(Id, At("tip/1", Given.Doors, 100), Stop);
        await store.PostAsync(Id, At("tip/2", Midnight, 7), Stop);
        var periods = new LedgerPeriods(store, Clock);
        Assert.Equal(CloseRefusal.NotOver, (await periods.CloseAsync(Id, Midnight, Stop)).Refusal);
        Clock.Advance(TimeSpan.FromDays(1));

        var (closed, _) = await periods.CloseAsync(Id, Midnight, Stop);
        Assert.Equal(100, Net(new TrialBalance(closed!.Balances), Account.TipsPayable));
        Assert.Equal(2, closed.Sequence);
        Assert.Equal(Convert.ToHexString((await store.HeadAsync(Id, Stop)).Hash), closed.JournalHash);
        Assert.Equal(LedgerRefusal.PeriodClosed, await RefusalAsync(store.PostAsync(Id, At("tip/3", Midnight.AddTicks(-1), 1), Stop)));
        Assert.True(await store.PostAsync(Id, At("tip/4", Midnight, 1), Stop));

        // Again, and from a process that had not heard of it.
        Assert.Equal(closed.JournalHash, (await periods.CloseAsync(Id, Midnight, Stop)).Period!.JournalHash);
        Assert.Equal(LedgerRefusal.PeriodClosed, await RefusalAsync(Store().PostAsync(Id, At("tip/3", Given.Doors, 1), Stop)));
        Assert.Equal(CloseRefusal.Behind, (await periods.CloseAsync(Id, Given.Doors, Stop)).Refusal);
        Assert.True((await new LedgerReports(store).VerifyAsync(Id, Stop))!.Holds);
    }

    [Fact]
    public async Task The_record_of_a_period_holds_as_many_accounts_as_there_are()
    {
        var store = Store();
        for (var i = 0; i < 20; i++)
        {
            var first = i * 20;
            await store.PostAsync(
                Id,
                new Posting(
                    $"many/{i}",
                    Given.Doors,
                    [.. Enumerable.Range(first, 20).SelectMany(party => new[] { Entry.Debit(Account.ProcessorClearing, Given.Eur(1)), Entry.Credit(Account.Payable($"{new string('p', 30)}-{party}"), Given.Eur(1)) })],
                    "Many"),
                Stop);
        }

        var (closed, _) = await new LedgerPeriods(store, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Midnight)).CloseAsync(Id, Midnight, Stop);
        Assert.Equal(401, closed!.Balances.Count);
        Assert.Equal(closed.Balances, Assert.Single(await store.PeriodsAsync(Id, Stop)).Balances);
        Assert.True((await new LedgerReports(store).VerifyAsync(Id, Stop))!.Holds);
    }

    [Fact]
    public async Task A_process_that_remembers_an_open_period_does_not_book_into_a_closed_one()
    {
        var (here, there) = (StoreInItsOwnTime(), StoreInItsOwnTime());
        await here.PostAsync(Id, At("tip/1", Given.Doors, 100), Stop);
        Clock.Advance(TimeSpan.FromDays(1));
        await new LedgerPeriods(there, Clock).CloseAsync(Id, Midnight, Stop);

        Assert.Equal(LedgerRefusal.PeriodClosed, await RefusalAsync(here.PostAsync(Id, At("tip/2", Given.Doors, 1), Stop)));
    }

    [Fact]
    public async Task What_a_till_brings_after_the_close_is_booked_in_the_open_period()
    {
        var store = new LedgerStore(_azurite.Tables, TimeProvider.System);
        var events = new EventStore(_azurite.Tables);
        var eventId = await Given.EventAsync(events, Stop);
        var facts = new FactLedger(events, store);
        await facts.BookAsync(eventId, [Given.Fact(1, Given.Sale(eventId, "b-1"))], Stop);
        var afterwards = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Midnight.AddDays(30));
        await new LedgerPeriods(store, afterwards).CloseAsync(eventId, Midnight, Stop);

        var late = Given.Fact(2, Given.Sale(eventId, "b-2", ApprovalMode.Offline));
        await facts.BookAsync(eventId, [late], Stop);
        await facts.BookAsync(eventId, [late], Stop);

        var posting = (await store.FindPostingAsync(eventId, "sale/b-2", Stop))!;
        Assert.Equal(Midnight, posting.EffectiveAt);
        Assert.Contains("late: of ", posting.Narrative, StringComparison.Ordinal);
        Assert.Equal(2, (await store.HeadAsync(eventId, Stop)).Sequence);
        Assert.True((await new LedgerReports(store).VerifyAsync(eventId, Stop))!.Holds);
    }

    [Fact]
    public async Task A_journal_that_somebody_changed_does_not_verify()
    {
        var store = Store();
        for (var i = 0; i < 3; i++) await store.PostAsync(Id, Tip($"tip/{i}"), Stop);
        var reports = new LedgerReports(store);
        Assert.True((await reports.VerifyAsync(Id, Stop))!.Holds);

        var table = _azurite.Tables.Ledger;
        var row = (await table.GetEntityAsync<Azure.Data.Tables.TableEntity>(Id, "journal|" + 2.ToString("D19", System.Globalization.CultureInfo.InvariantCulture), cancellationToken: Stop)).Value;
        row["Data0"] = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(row.GetBinary("Data0")).Replace("\"Test\"", "\"Best\"", StringComparison.Ordinal));
        await table.UpdateEntityAsync(row, row.ETag, Azure.Data.Tables.TableUpdateMode.Replace, Stop);

        var verdict = (await reports.VerifyAsync(Id, Stop))!;
        Assert.Equal([new ChainBroken(2)], verdict.Differences);
        await table.DeleteEntityAsync(Id, row.RowKey, cancellationToken: Stop);
        Assert.Contains(new ChainBroken(3), (await reports.VerifyAsync(Id, Stop))!.Differences);
    }

    [Fact]
    public async Task A_balance_that_somebody_changed_does_not_verify()
    {
        var store = Store();
        await store.PostAsync(Id, Tip("tip/1"), Stop);
        var row = new Azure.Data.Tables.TableEntity(Id, "balance|EUR|tips-payable") { ["Debits"] = 0L, ["Credits"] = 99L };
        await _azurite.Tables.Ledger.UpsertEntityAsync(row, Azure.Data.Tables.TableUpdateMode.Replace, Stop);

        Assert.IsType<BalanceMismatch>(Assert.Single((await new LedgerReports(store).VerifyAsync(Id, Stop))!.Differences));
    }

    private static Posting At(string id, DateTimeOffset effectiveAt, long minorUnits) => Move(id, Account.ProcessorClearing, Account.TipsPayable, minorUnits, effectiveAt);
}
