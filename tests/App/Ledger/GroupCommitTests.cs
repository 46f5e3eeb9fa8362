using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Tests.Ledger;

public sealed class GroupCommitTests(Azurite azurite) : LedgerTest(azurite)
{
    [Fact]
    public async Task Writers_of_one_moment_share_transactions()
    {
        var store = Store();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.PostAsync(Id, Tip($"tip/{i}"), Stop)));

        Assert.Equal(200, (await ProvenAsync()).Count);
        var moments = new HashSet<DateTimeOffset>();
        await foreach (var recorded in store.JournalAsync(Id, 0, 200, Stop)) moments.Add(recorded.RecordedAt);
        Assert.InRange(moments.Count, 3, 50);
    }

    [Fact]
    public async Task Two_processes_that_race_lose_nothing_and_repeat_nothing()
    {
        LedgerStore[] stores = [Store(), Store()];
        await Task.WhenAll(stores.SelectMany((store, process) => Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 10; i++) Assert.True(await store.PostAsync(Id, Tip($"tip/{process}-{writer}-{i}"), Stop));
        })));

        Assert.Equal(160, (await ProvenAsync()).Count);
        Assert.Equal(16_000, Net(await BalancesAsync(), Account.TipsPayable));
    }

    [Fact]
    public async Task The_same_posting_from_everywhere_is_booked_once()
    {
        LedgerStore[] stores = [Store(), Store()];
        var booked = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => stores[i % 2].PostAsync(Id, Tip("tip/one"), Stop)));

        Assert.Single(booked, isNew => isNew);
        Assert.Single(await ProvenAsync());
    }

    [Fact]
    public async Task Of_two_postings_under_one_id_at_the_same_moment_one_is_refused()
    {
        var store = Store();
        var tries = await Task.WhenAll(Enumerable.Range(1, 10).Select(async amount =>
        {
            try
            {
                return await store.PostAsync(Id, Tip("tip/one", amount), Stop);
            }
            catch (LedgerClashException)
            {
                return false;
            }
        }));

        Assert.Single(tries, isNew => isNew);
        Assert.Single(await ProvenAsync());
    }

    [Fact]
    public async Task What_the_ledger_refuses_fails_alone()
    {
        var store = Store();
        var good = Enumerable.Range(0, 50).Select(i => store.PostAsync(Id, Tip($"tip/{i}"), Stop)).ToList();
        var poison = store.PostAsync(Id, Move("poison", Account.OfflineDeferred, Account.OfflineAtRisk, 1), Stop);
        var more = Enumerable.Range(50, 50).Select(i => store.PostAsync(Id, Tip($"tip/{i}"), Stop)).ToList();

        Assert.Equal(LedgerRefusal.BelowFloor, await RefusalAsync(poison));
        Assert.All(await Task.WhenAll(good.Concat(more)), Assert.True);
        Assert.Equal(100, (await ProvenAsync()).Count);
    }

    [Fact]
    public async Task What_the_service_refuses_fails_alone()
    {
        var store = Store();
        // A row key has at most 1 KiB.
        var poison = store.PostAsync(Id, Tip(new string('x', 2_000)), Stop);
        var good = Enumerable.Range(0, 30).Select(i => store.PostAsync(Id, Tip($"tip/{i}"), Stop)).ToList();
        var again = store.PostAsync(Id, Tip(new string('y', 2_000)), Stop);

        Assert.All(await Task.WhenAll(good), Assert.True);
        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => poison);
        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => again);
        Assert.Equal(30, (await ProvenAsync()).Count);
    }

    [Fact]
    public async Task Who_stops_waiting_harms_nobody_else()
    {
        var store = Store();
        using var impatience = new CancellationTokenSource();
        var leaving = Enumerable.Range(0, 20).Select(i => store.PostAsync(Id, Tip($"left/{i}"), impatience.Token)).ToList();
        var staying = Enumerable.Range(0, 20).Select(i => store.PostAsync(Id, Tip($"stays/{i}"), Stop)).ToList();
        await impatience.CancelAsync();

        Assert.All(await Task.WhenAll(staying), Assert.True);
        foreach (var one in leaving) await Record.ExceptionAsync(() => one);
        var ids = (await ProvenAsync()).Select(posting => posting.Id).ToHashSet();
        Assert.Equal(20, ids.Count(id => id.StartsWith("stays/", StringComparison.Ordinal)));
        // Asking again tells who was still booked, and books the rest.
        for (var i = 0; i < 20; i++) Assert.Equal(!ids.Contains($"left/{i}"), await store.PostAsync(Id, Tip($"left/{i}"), Stop));
    }

    [Fact]
    public async Task More_writers_than_the_queue_holds_are_told_to_come_later()
    {
        var store = Store();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4 * LedgerLimits.MaxQueued).Select(async i =>
        {
            try
            {
                return await store.PostAsync(Id, Tip($"tip/{i}"), Stop);
            }
            catch (LedgerBusyException)
            {
                return false;
            }
        }));

        Assert.Contains(false, answers);
        Assert.InRange(answers.Count(booked => booked), LedgerLimits.MaxQueued, answers.Length - 1);
        Assert.Equal(answers.Count(booked => booked), (await ProvenAsync()).Count);
    }

    [Fact]
    public async Task Postings_of_one_change_are_booked_together_or_not_at_all()
    {
        var store = Store();
        var refusal = await RefusalAsync(store.WriteAsync(
            Id,
            async book =>
            {
                await book.PostAsync(Tip("tip/1"), Stop);
                return await book.PostAsync(Move("poison", Account.OfflineDeferred, Account.OfflineAtRisk, 1), Stop);
            },
            Stop));

        Assert.Equal(LedgerRefusal.BelowFloor, refusal);
        Assert.Empty(await ProvenAsync());
    }

    [Fact]
    public async Task A_floor_is_judged_on_what_others_have_booked_by_then()
    {
        var (here, there) = (Store(), Store());
        await here.PostAsync(Id, Tip("tip/1"), Stop);
        await there.PostAsync(Id, Move("risk/1", Account.OfflineAtRisk, Account.OfflineDeferred, 100), Stop);

        // What "here" remembers of the ledger is older than that.
        Assert.True(await here.PostAsync(Id, Move("risk/1/over", Account.OfflineDeferred, Account.OfflineAtRisk, 100), Stop));
        Assert.Equal(LedgerRefusal.BelowFloor, await RefusalAsync(there.PostAsync(Id, Move("risk/1/twice", Account.OfflineDeferred, Account.OfflineAtRisk, 1), Stop)));
        Assert.Equal(3, (await ProvenAsync()).Count);
    }

    [Fact]
    public async Task What_was_booked_is_known_also_when_it_could_not_be_booked_again()
    {
        var release = Move("release", Account.OfflineDeferred, Account.OfflineAtRisk, 100);
        await Store().PostAsync(Id, Move("risk", Account.OfflineAtRisk, Account.OfflineDeferred, 100), Stop);
        Assert.True(await Store().PostAsync(Id, release, Stop));

        Assert.False(await Store().PostAsync(Id, release, Stop));
        await Assert.ThrowsAsync<LedgerClashException>(() => Store().PostAsync(Id, Move("release", Account.OfflineDeferred, Account.OfflineAtRisk, 99), Stop));
    }

    [Fact]
    public async Task A_correction_names_a_posting_that_is_there()
    {
        var correction = new Posting(
            "fix/1", Given.Doors, [Entry.Debit(Account.TipsPayable, Given.Eur(1)), Entry.Credit(Account.ProcessorClearing, Given.Eur(1))], "Fix", corrects: "tip/1");

        Assert.Equal(LedgerRefusal.UnknownOriginal, await RefusalAsync(Store().PostAsync(Id, correction, Stop)));
        await Store().PostAsync(Id, Tip("tip/1"), Stop);
        Assert.True(await Store().PostAsync(Id, correction, Stop));
    }

    [Fact]
    public async Task Large_postings_are_spread_over_as_many_transactions_as_they_need()
    {
        var store = Store();
        Entry[] entries = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { Entry.Debit(Account.ProcessorClearing, Given.Eur(1)), Entry.Credit(Account.Payable($"party-{i:D3}"), Given.Eur(1)) })];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            store.PostAsync(Id, new Posting($"large/{i}", Given.Doors, entries, new string('"', Posting.MaxNarrative)), Stop)));

        var postings = await ProvenAsync();
        Assert.Equal(200, postings.Count);
        Assert.All(postings, posting => Assert.Equal(entries, posting.Entries));
        Assert.Equal(200, Net(await BalancesAsync(), Account.Payable("party-019")));
    }
}
