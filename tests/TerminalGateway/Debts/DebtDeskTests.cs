using Marquee.Domain.Contracts;
using Marquee.Domain.Debts;
using Marquee.Domain.Ledgers;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Refunds;
using Marquee.TerminalGateway.Tests.Fulfilment;

namespace Marquee.TerminalGateway.Tests.Debts;

/// <summary>What people do about a debt: send its link, give it up, give back what it is for.</summary>
public sealed class DebtDeskTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private DebtScene _scene = null!;

    public async ValueTask InitializeAsync() => _scene = await DebtScene.StartAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_link_sent_while_the_customer_stands_there_ends_the_tries_of_the_card()
    {
        await _scene.DeclinedOnceAsync();
        Assert.Null(await _scene.Desk.SendLinkAsync(DebtScene.Order, "ana"));
        var first = _scene.Debt();
        await _scene.LaterAsync(TimeSpan.FromDays(20));
        Assert.Single(await _scene.Processor.IntentsAsync());

        Assert.Null(await _scene.Desk.SendLinkAsync(DebtScene.Order, "ana"));
        Assert.Equal((first.LinkUrl, true), (_scene.Debt().LinkUrl, _scene.Debt().LinkSentAt > first.LinkSentAt));
        Assert.True(await _scene.Processor.TryPayAsync(first.LinkId!));
        Assert.Null(await _scene.Desk.SendLinkAsync(DebtScene.Order, "ana"));
        Assert.Equal(DebtState.Recovered, _scene.State);
        Assert.Equal(DebtRefusalReason.NotNow, (await _scene.Desk.SendLinkAsync(DebtScene.Order, "ana"))!.Reason);
    }

    [Fact]
    public async Task What_is_written_off_cannot_be_paid_any_more_and_goods_that_have_not_left_are_for_sale_again()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard, promisedAt: _scene.Time.GetUtcNow());
        await _scene.CollectAsync();
        var link = _scene.Debt().LinkId!;
        await _scene.Processor.OpenPageAsync(link);
        Assert.Equal(98, _scene.Till.Remaining());

        Assert.Null(await _scene.Desk.WriteOffAsync(DebtScene.Order, WriteOffReason.Goodwill, "ana"));
        Assert.Equal((DebtState.WrittenOff, "goodwill"), (_scene.State, _scene.Debt().Reason));
        Assert.False(await _scene.Processor.TryPayAsync(link));
        Assert.Equal("expired", Assert.Single(await _scene.Processor.PagesAsync()).Status);
        Assert.Equal((100, PickState.Cancelled), (_scene.Till.Remaining(), _scene.Till.Pick(DebtScene.Order).State));
        Assert.True(await _scene.IsBlockedAsync("o-2", DebtScene.LostCard));
        Assert.Equal(0, _scene.Net(Account.CustomerDebt));
        Assert.Equal(OperationRefusal.NotRefundable, Assert.IsType<OperationAnswer.Refused>(await _scene.RefundAsync("r-1", null)).Reason);
    }

    [Fact]
    public async Task What_is_paid_in_the_moment_of_giving_up_is_recovered()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.CollectAsync();
        await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!);
        Assert.Equal(DebtRefusalReason.NotNow, (await _scene.Desk.WriteOffAsync(DebtScene.Order, WriteOffReason.Uncollectable, "ana"))!.Reason);
        Assert.Equal(DebtState.Recovered, _scene.State);
    }

    [Fact]
    public async Task A_debt_is_not_given_up_while_a_payment_of_it_may_be_under_way()
    {
        await _scene.DeclinedOnceAsync();
        await _scene.Processor.AdvanceAsync(TimeSpan.FromDays(1));
        _scene.Time.Advance(TimeSpan.FromDays(1));
        await _scene.Processor.SetOutageAsync("lose_answer", count: 1);
        await _scene.CollectAsync();
        Assert.Equal(DebtRefusalReason.NotNow, (await _scene.Desk.WriteOffAsync(DebtScene.Order, WriteOffReason.Goodwill, "ana"))!.Reason);
        Assert.Equal(DebtRefusalReason.NotNow, (await _scene.Desk.SendLinkAsync(DebtScene.Order, "ana"))!.Reason);
        Assert.IsType<OperationAnswer.Accepted>(await _scene.RefundAsync("r-1", 500));

        await _scene.LaterAsync(Minute);
        await _scene.Till.SettleAsync();
        Assert.Equal((DebtState.Recovered, RefundState.Refunded), (_scene.State, _scene.Till.FindRefund(DebtScene.Order, "r-1")!.State));
        Assert.Equal(2_000, await _scene.Processor.KeptAsync());
        Assert.Equal(2_000 - _scene.Net(Account.ProcessorFees), _scene.Net(Account.ProcessorClearing));
    }

    [Fact]
    public async Task What_is_given_back_of_a_debt_comes_off_it_and_of_all_of_it_nothing_is_owed()
    {
        await _scene.DeclinedAsync();
        Assert.IsType<OperationAnswer.Done>(await _scene.RefundAsync("r-1", 1_000));
        Assert.Equal((DebtState.Open, 1_500L), (_scene.State, _scene.Debt().Amount.MinorUnits));
        Assert.IsType<OperationAnswer.Done>(await _scene.RefundAsync("r-2", null));
        Assert.Equal((DebtState.WrittenOff, WriteOffReason.Refunded, 0L), (_scene.State, _scene.Debt().Reason, _scene.Debt().Amount.MinorUnits));
        Assert.Empty(_scene.Till.Facts<DebtWrittenOff>());
        Assert.Equal((0, 0), (_scene.Net(Account.CustomerDebt), _scene.Net(Account.OfflineDeferred)));
        await _scene.LaterAsync(TimeSpan.FromDays(30));
        Assert.Single(await _scene.Processor.IntentsAsync());
        Assert.Empty(await _scene.Processor.RefundsAsync());
        Assert.False(await _scene.IsBlockedAsync("o-2", DebtScene.EmptyCard));
    }

    [Fact]
    public async Task A_refund_under_a_link_takes_the_link_back_and_the_next_link_is_for_the_rest()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.CollectAsync();
        var first = _scene.Debt().LinkId!;
        Assert.IsType<OperationAnswer.Accepted>(await _scene.RefundAsync("r-1", 1_000));
        await _scene.CollectAsync();
        Assert.False(await _scene.Processor.TryPayAsync(first));
        Assert.Equal(DebtState.Open, _scene.State);
        // No new link before the refund has come off.
        await _scene.CollectAsync();
        Assert.Equal(DebtState.Open, _scene.State);
        await _scene.Till.SettleAsync();
        Assert.Equal(RefundState.OffDebt, _scene.Till.FindRefund(DebtScene.Order, "r-1")!.State);

        await _scene.CollectAsync();
        Assert.True(await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!));
        await _scene.LaterAsync(Minute);
        Assert.Equal((DebtState.Recovered, 1_500L), (_scene.State, await _scene.Processor.KeptAsync()));
        Assert.Equal(1_500, Assert.Single(_scene.Till.Facts<DebtRecovered>()).Amount.MinorUnits);
        Assert.Equal(1_500 - _scene.Net(Account.ProcessorFees), _scene.Net(Account.ProcessorClearing));
    }

    [Fact]
    public async Task A_refund_that_meets_a_paid_link_goes_to_the_card_that_paid_it()
    {
        await _scene.DeclinedAsync(card: DebtScene.LostCard);
        await _scene.CollectAsync();
        await _scene.Processor.TryPayAsync(_scene.Debt().LinkId!);
        Assert.IsType<OperationAnswer.Accepted>(await _scene.RefundAsync("r-1", 1_000));
        await _scene.CollectAsync();
        await _scene.Till.SettleAsync();
        Assert.Equal((DebtState.Recovered, 1_500L), (_scene.State, await _scene.Processor.KeptAsync()));
        Assert.Equal(_scene.Debt().PaymentIntentId, Assert.Single(await _scene.Processor.RefundsAsync()).PaymentIntentId);
        Assert.IsType<OperationAnswer.Done>(await _scene.RefundAsync("r-2", null));
        Assert.Equal(0, await _scene.Processor.KeptAsync());
        Assert.Equal(-_scene.Net(Account.ProcessorFees), _scene.Net(Account.ProcessorClearing));
    }

    [Fact]
    public async Task An_order_without_a_debt_is_refused()
    {
        Assert.Equal(DebtRefusalReason.Unknown, (await _scene.Desk.SendLinkAsync("o-9", "ana"))!.Reason);
        Assert.Equal(DebtRefusalReason.Unknown, (await _scene.Desk.WriteOffAsync("o-9", WriteOffReason.Goodwill, "ana"))!.Reason);
    }
}
