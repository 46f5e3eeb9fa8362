using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class RefundTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private Task<Refund> RefundAsync(PaymentIntent intent, long? amount = null) =>
        _stripe.Client.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = intent.Id, Amount = amount });

    [Fact]
    public async Task Partial_refunds_add_up_and_the_fee_does_not_come_back()
    {
        var paid = await _stripe.PaidAsync(10_000, "pm_card_de");
        await RefundAsync(paid, 4_000);
        await RefundAsync(paid);
        var charge = await _stripe.Client.V1.Charges.GetAsync(paid.LatestChargeId, new ChargeGetOptions { Expand = ["refunds"] });
        Assert.True(charge.Refunded);
        Assert.Equal([6_000, 4_000], charge.Refunds.Data.Select(refund => refund.Amount));
        Assert.Equal(-175, (await _stripe.Client.V1.Balance.GetAsync()).Pending.Of());
    }

    [Fact]
    public async Task More_than_was_paid_cannot_be_refunded()
    {
        var paid = await _stripe.PaidAsync(1_000);
        await RefundAsync(paid, 900);
        var over = await Scenes.RefusedAsync(() => RefundAsync(paid, 101));
        Assert.Equal("amount", over.StripeError.Param);
        await RefundAsync(paid);
        Assert.Equal("charge_already_refunded", (await Scenes.RefusedAsync(() => RefundAsync(paid))).StripeError.Code);
    }

    [Fact]
    public async Task What_was_never_captured_has_nothing_to_refund()
    {
        var held = await _stripe.PaidAsync(1_000, change: options => options.CaptureMethod = "manual");
        var refusal = await Scenes.RefusedAsync(() => RefundAsync(held));
        Assert.Equal("payment_intent_unexpected_state", refusal.StripeError.Code);
    }

    [Fact]
    public async Task A_refund_that_fails_later_brings_the_money_back()
    {
        var paid = await _stripe.PaidAsync(1_000, "pm_card_refundFail");
        var refund = await RefundAsync(paid);
        Assert.Equal("succeeded", refund.Status);
        await _stripe.Control.AdvanceAsync(TimeSpan.FromDays(1));
        refund = await _stripe.Client.V1.Refunds.GetAsync(refund.Id);
        Assert.Equal(("failed", "expired_or_canceled_card"), (refund.Status, refund.FailureReason));
        Assert.Equal(0, (await _stripe.Client.V1.Charges.GetAsync(paid.LatestChargeId)).AmountRefunded);
        var transactions = await _stripe.Client.V1.BalanceTransactions.ListAsync(new BalanceTransactionListOptions { Source = refund.Id });
        Assert.Equal(0, transactions.Sum(transaction => transaction.Net));
    }

    [Fact]
    public async Task A_pending_refund_succeeds_in_time()
    {
        var refund = await RefundAsync(await _stripe.PaidAsync(1_000, "pm_card_pendingRefund"));
        Assert.Equal("pending", refund.Status);
        await _stripe.Control.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal("succeeded", (await _stripe.Client.V1.Refunds.GetAsync(refund.Id)).Status);
    }

    [Fact]
    public async Task A_disputed_charge_cannot_be_refunded()
    {
        var paid = await _stripe.PaidAsync(1_000, "pm_card_createDispute");
        Assert.Equal("charge_disputed", (await Scenes.RefusedAsync(() => RefundAsync(paid))).StripeError.Code);
    }
}
