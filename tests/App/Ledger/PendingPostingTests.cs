using Marquee.App.Tests.Running;
using Marquee.Domain.Ledgers;

namespace Marquee.App.Tests.Ledger;

public sealed class PendingPostingTests(Azurite azurite) : LedgerTest(azurite)
{
    private static readonly DateTimeOffset Later = Given.Doors.AddHours(1);

    [Fact]
    public async Task A_pending_posting_holds_its_amounts_and_moves_nothing()
    {
        await StoreInItsOwnTime().PostAsync(Id, Hold("auth/1", 1_000, Later), Stop);

        var clearing = (await BalancesAsync()).Of(Account.ProcessorClearing, Domain.Currency.Eur);
        Assert.Equal((0, 1_000), (clearing.DebitsMinorUnits, clearing.PendingDebitsMinorUnits));
        Assert.Equal("auth/1", Assert.Single(await Store().PendingAsync(Id, Stop)).Id);
        await ProvenAsync();
    }

    [Fact]
    public async Task A_part_is_posted_and_the_rest_is_free_again()
    {
        var store = StoreInItsOwnTime();
        var hold = Hold("auth/1", 1_000, Later);
        await store.PostAsync(Id, hold, Stop);
        var part = PendingRules.Post(hold, "capture/1", Given.Doors, "Part", [Entry.Debit(Account.ProcessorClearing, Given.Eur(400)), Entry.Credit(Account.EventProceeds, Given.Eur(400))]);
        Assert.True(await store.PostAsync(Id, part, Stop));
        Assert.False(await store.PostAsync(Id, part, Stop));

        var clearing = (await BalancesAsync()).Of(Account.ProcessorClearing, Domain.Currency.Eur);
        Assert.Equal((400, 0), (clearing.DebitsMinorUnits, clearing.PendingDebitsMinorUnits));
        Assert.Empty(await store.PendingAsync(Id, Stop));
        await ProvenAsync();
    }

    [Fact]
    public async Task More_than_was_held_cannot_be_posted()
    {
        var store = StoreInItsOwnTime();
        var hold = Hold("auth/1", 1_000, Later);
        await store.PostAsync(Id, hold, Stop);
        var over = PendingRules.Post(hold, "capture/1", Given.Doors, "Over", [Entry.Debit(Account.ProcessorClearing, Given.Eur(1_001)), Entry.Credit(Account.EventProceeds, Given.Eur(1_001))]);

        Assert.Equal(LedgerRefusal.NotWhatWasPending, await RefusalAsync(store.PostAsync(Id, over, Stop)));
        Assert.Equal(LedgerRefusal.NotWhatWasPending, await RefusalAsync(store.PostAsync(Id, PendingRules.Post(Hold("auth/1", 999, Later), "capture/2", Given.Doors, "Another"), Stop)));
    }

    [Fact]
    public async Task Of_all_who_resolve_it_at_once_one_wins()
    {
        var hold = Hold("auth/1", 1_000, DateTimeOffset.MaxValue);
        await Store().PostAsync(Id, hold, Stop);
        var stores = new[] { Store(), Store() };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => RefusalAsync(stores[i % 2].PostAsync(
            Id,
            i % 3 == 0 ? PendingRules.Void(hold, $"void/{i}", Given.Doors, "Void") : PendingRules.Post(hold, $"capture/{i}", Given.Doors, "Capture"),
            Stop))));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.All(outcomes, outcome => Assert.True(outcome is null or LedgerRefusal.AlreadyResolved));
        Assert.Equal(2, (await ProvenAsync()).Count);
    }

    [Fact]
    public async Task After_its_time_it_can_only_be_voided_and_the_sweep_does_that_once()
    {
        var store = StoreInItsOwnTime();
        var hold = Hold("auth/1", 1_000, Later);
        await store.PostAsync(Id, hold, Stop);
        await store.PostAsync(Id, Hold("auth/2", 500, Later.AddHours(1)), Stop);
        Assert.Equal(0, await store.ExpireAsync(Id, Stop));
        Clock.SetUtcNow(Later);

        Assert.Equal(LedgerRefusal.PendingExpired, await RefusalAsync(store.PostAsync(Id, PendingRules.Post(hold, "capture/1", Later, "Late"), Stop)));
        Assert.Equal(1, await store.ExpireAsync(Id, Stop));
        Assert.Equal(0, await store.ExpireAsync(Id, Stop));
        Assert.Equal("auth/2", Assert.Single(await store.PendingAsync(Id, Stop)).Id);
        Assert.Equal(500, (await BalancesAsync()).Of(Account.ProcessorClearing, Domain.Currency.Eur).PendingDebitsMinorUnits);
        await ProvenAsync();
    }

    [Fact]
    public async Task What_pending_postings_may_take_is_not_there_for_others()
    {
        var store = StoreInItsOwnTime();
        var reserve = Account.Reserve("the-band");
        await store.PostAsync(Id, Move("keep", Account.Payable("the-band"), reserve, 100), Stop);
        var release = new Posting(
            "release/1",
            Given.Doors,
            [Entry.Debit(reserve, Given.Eur(80)), Entry.Credit(Account.Payable("the-band"), Given.Eur(80))],
            "Release",
            status: PostingStatus.Pending,
            expiresAt: Later);
        await store.PostAsync(Id, release, Stop);

        Assert.Equal(LedgerRefusal.BelowFloor, await RefusalAsync(store.PostAsync(Id, Move("release/2", reserve, Account.Payable("the-band"), 21), Stop)));
        Assert.True(await store.PostAsync(Id, Move("release/3", reserve, Account.Payable("the-band"), 20), Stop));
        Assert.True(await store.PostAsync(Id, PendingRules.Void(release, "release/1/void", Given.Doors, "Not now"), Stop));
        Assert.Equal(80, Net(await BalancesAsync(), reserve));
    }

    [Fact]
    public async Task What_was_never_pending_cannot_be_resolved()
    {
        var store = StoreInItsOwnTime();
        await store.PostAsync(Id, Tip("tip/1"), Stop);
        Assert.Equal(LedgerRefusal.UnknownOriginal, await RefusalAsync(store.PostAsync(Id, PendingRules.Void(Hold("auth/9", 1, Later), "void/9", Given.Doors, "Void"), Stop)));
        Assert.Equal(LedgerRefusal.UnknownPending, await RefusalAsync(store.PostAsync(Id, PendingRules.Void(Hold("tip/1", 1, Later), "void/1", Given.Doors, "Void"), Stop)));
    }
}
