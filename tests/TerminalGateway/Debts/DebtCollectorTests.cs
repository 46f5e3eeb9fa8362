using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.Domain.Journals;
using Marquee.Domain.Ledgers;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Tests.Fulfilment;

namespace Marquee.TerminalGateway.Tests.Debts;

public sealed class DebtCollectorTests : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private DebtScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await DebtScene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_decline_at_forwarding_is_a_debt_and_its_card_buys_nothing_offline()
    {
        await _scene.DeclinedAsync();
        var debt = _scene.Debt();
        Assert.Equal((DebtState.Open, 2_500L, "insufficient_funds"), (debt.State, debt.Amount.MinorUnits, debt.DeclineCode));
        Assert.Equal(_scene.Time.GetUtcNow() + Day, debt.DueAt);
        Assert.StartsWith("sealed.", debt.PaymentMethod, StringComparison.Ordinal);
        Assert.True(await _scene.IsBlockedAsync("o-2", DebtScene.EmptyCard));
        Assert.False(await _scene.IsBlockedAsync("o-3", "pm_card_visa"));
        Assert.Equal(new CardBlocked(debt.Card, DebtScene.Order), Assert.Single(_scene.Till.Facts<CardBlocked>()));
        Assert.True(ConfigureBlockList.IsFingerprint(debt.Card));
        Assert.Equal(2_500, _scene.Net(Account.CustomerDebt));

        await _scene.RestartAsync();
        Assert.Equal(debt, _scene.Debt());
    }

    [Fact]
    public async Task The_card_is_tried_again_when_its_day_has_come_and_not_before()
    {
        await _scene.DeclinedOnceAsync(promisedAt: _scene.Time.GetUtcNow() + Day);
        Assert.Equal(PickState.Withheld, _scene.Till.Pick(DebtScene.Order).State);
        await _scene.LaterAsync(Day - TimeSpan.FromMinutes(1));
        Assert.Single(await _scene.Processor.IntentsAsync());

        await _scene.LaterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DebtState.Recovered, _scene.State);
        Assert.Equal([2_500], (await _scene.Processor.ChargesAsync())[DebtScene.Order]);
        Assert.Equal(_scene.Debt().Receipt, Assert.Single(_scene.Till.Facts<DebtRecovered>()).Receipt);
        Assert.Single(_scene.Till.Facts<CardUnblocked>());
        Assert.Equal(PickState.Queued, _scene.Till.Pick(DebtScene.Order).State);
        Assert.Null(_scene.Debt().PaymentMethod);
        Assert.Equal((0, 0), (_scene.Net(Account.CustomerDebt), _scene.Net(Account.OfflineDeferred)));
        Assert.Equal(
            [Decision.ApprovedOffline, Decision.DeclinedAtForward, Decision.CardBlocked, Decision.DebtRetried, Decision.DebtRecovered, Decision.CardUnblocked],
            _scene.Till.Store.Read(r => JournalRows.Of(r, DebtScene.Order)).Select(placed => placed.Entry.Decision));
        Assert.False(await _scene.IsBlockedAsync("o-2", "pm_card_visa"));
    }

    [Fact]
    public async Task After_three_tries_days_apart_a_link_goes_out_and_the_card_s_token_is_forgotten()
    {
        await _scene.DeclinedAsync();
        foreach (var wait in RetryPlan.Waits) await _scene.LaterAsync(wait);
        Assert.Equal((DebtState.Open, 3), (_scene.State, _scene.Debt().Tries));
        await _scene.CollectAsync();

        var debt = _scene.Debt();
        Assert.Equal((DebtState.LinkSent, null), (debt.State, debt.PaymentMethod));
        Assert.Equal(debt.LinkId, Assert.Single(await _scene.Processor.LinksAsync()).Id);
        await _scene.LaterAsync(TimeSpan.FromDays(30));
        Assert.Equal(4, (await _scene.Processor.IntentsAsync()).Count);
    }

    [Fact]
    public async Task A_lost_card_is_never_tried_again_and_its_link_when_paid_recovers_the_debt()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.CollectAsync();
        Assert.Equal(DebtState.LinkSent, _scene.State);
        Assert.Single(await _scene.Processor.IntentsAsync());

        Assert.True(await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!));
        await _scene.LaterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(DebtState.Recovered, _scene.State);
        Assert.False(await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!));
        Assert.Equal(2_500, await _scene.Processor.KeptAsync());
        Assert.Equal(2_500 - _scene.Net(Account.ProcessorFees), _scene.Net(Account.ProcessorClearing));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_try_whose_answer_is_lost_is_asked_about_and_never_made_twice(int hoursLater)
    {
        await _scene.DeclinedOnceAsync();
        await _scene.Processor.SetOutageAsync("lose_answer", count: 1);
        await _scene.LaterAsync(Day - TimeSpan.FromSeconds(1));
        await _scene.Processor.SetOutageAsync("lose_answer", count: 1);
        _scene.Time.Advance(TimeSpan.FromSeconds(1));
        await _scene.CollectAsync();
        Assert.Equal(DebtState.Retrying, _scene.State);

        await _scene.Processor.SetOutageAsync("none");
        await _scene.RestartAsync();
        await _scene.LaterAsync(TimeSpan.FromHours(hoursLater));
        Assert.Equal((DebtState.Recovered, 1, 1), (_scene.State, _scene.Debt().Tries, _scene.Debt().Attempt));
        Assert.Equal([2_500], (await _scene.Processor.ChargesAsync())[DebtScene.Order]);
    }

    [Fact]
    public async Task A_try_that_the_processor_failed_is_looked_for_and_goes_on_under_a_new_key()
    {
        await _scene.DeclinedOnceAsync();
        await _scene.LaterAsync(Day - TimeSpan.FromSeconds(1));
        await _scene.Processor.SetOutageAsync("error500", count: 1);
        _scene.Time.Advance(TimeSpan.FromSeconds(1));
        await _scene.CollectAsync();
        // The sale's own declined payment is not taken for the try's.
        Assert.Equal((DebtState.Retrying, 2), (_scene.State, _scene.Debt().Attempt));
        await _scene.CollectAsync();
        Assert.Equal(DebtState.Recovered, _scene.State);
        Assert.Equal([2_500], (await _scene.Processor.ChargesAsync())[DebtScene.Order]);
    }

    [Fact]
    public async Task A_card_that_owes_twice_is_let_off_when_both_are_paid()
    {
        await _scene.Processor.DeclineNextAsync("lost_card", 2);
        _scene.Till.Breaker.Failed("test");
        await _scene.Till.SellAsync(TestTill.Request("o-1"));
        await _scene.Till.SellAsync(TestTill.Request("o-2"));
        await _scene.ForwardAsync();
        await _scene.CollectAsync();
        await _scene.Processor.TryPayAsync(_scene.Debt("o-1").LinkId!);
        await _scene.LaterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((DebtState.Recovered, DebtState.LinkSent), (_scene.Debt("o-1").State, _scene.Debt("o-2").State));
        Assert.True(await _scene.IsBlockedAsync("o-3", "pm_card_visa"));

        await _scene.Processor.TryPayAsync(_scene.Debt("o-2").LinkId!);
        await _scene.LaterAsync(TimeSpan.FromHours(1));
        Assert.False(await _scene.IsBlockedAsync("o-4", "pm_card_visa"));
        Assert.Equal("o-2", Assert.Single(_scene.Till.Facts<CardUnblocked>()).OrderId);
    }

    [Fact]
    public async Task A_link_that_nobody_pays_is_taken_back_and_the_debt_written_off()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.CollectAsync();
        var link = _scene.Debt().LinkId!;
        await _scene.LaterAsync(RetryPlan.LinkLifetime);
        Assert.Equal((DebtState.WrittenOff, "link_not_paid"), (_scene.State, _scene.Debt().Reason));
        Assert.False(await _scene.Processor.TryPayAsync(link));
        Assert.True(await _scene.IsBlockedAsync("o-2", DebtScene.LostCard));
        Assert.Equal((0, 0), (_scene.Net(Account.CustomerDebt), _scene.Net(Account.OfflineDeferred)));
    }

    [Fact]
    public async Task A_link_that_was_made_and_not_heard_of_is_the_same_link_when_it_is_asked_for_again()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.Processor.SetOutageAsync("lose_answer", count: 1);
        await _scene.CollectAsync();
        Assert.Equal(DebtState.Open, _scene.State);
        await _scene.CollectAsync();
        Assert.Equal(_scene.Debt().LinkId, Assert.Single(await _scene.Processor.LinksAsync()).Id);
    }
}
