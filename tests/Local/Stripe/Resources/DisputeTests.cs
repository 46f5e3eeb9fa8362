using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class DisputeTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private async Task<Dispute> DisputedAsync(string card = "pm_card_createDispute")
    {
        var paid = await _stripe.PaidAsync(10_000, card);
        return (await _stripe.Client.V1.Disputes.ListAsync(new DisputeListOptions { PaymentIntent = paid.Id })).Single();
    }

    [Fact]
    public async Task A_dispute_takes_the_amount_and_a_fee_when_it_opens()
    {
        var dispute = await DisputedAsync();
        Assert.Equal(("needs_response", "fraudulent"), (dispute.Status, dispute.Reason));
        var transaction = Assert.Single(dispute.BalanceTransactions);
        Assert.Equal((-10_000, 2_000, -12_000), (transaction.Amount, transaction.Fee, transaction.Net));
        Assert.True((await _stripe.Client.V1.Charges.GetAsync(dispute.ChargeId)).Disputed);
    }

    [Fact]
    public async Task Winning_evidence_brings_the_amount_back_but_not_the_fee()
    {
        var dispute = await DisputedAsync();
        dispute = await _stripe.Client.V1.Disputes.UpdateAsync(dispute.Id, new DisputeUpdateOptions
        {
            Evidence = new DisputeEvidenceOptions { UncategorizedText = "winning_evidence" },
            Submit = true,
        });
        Assert.Equal("won", dispute.Status);
        Assert.Equal(-2_000, dispute.BalanceTransactions.Sum(transaction => transaction.Net));
    }

    [Fact]
    public async Task A_closed_dispute_is_lost()
    {
        var dispute = await _stripe.Client.V1.Disputes.CloseAsync((await DisputedAsync()).Id);
        Assert.Equal("lost", dispute.Status);
        await Scenes.RefusedAsync(() => _stripe.Client.V1.Disputes.CloseAsync(dispute.Id));
    }

    [Fact]
    public async Task A_dispute_nobody_answers_is_lost_when_evidence_is_due()
    {
        var dispute = await DisputedAsync();
        await _stripe.Control.AdvanceAsync(TimeSpan.FromDays(10));
        Assert.Equal("lost", (await _stripe.Client.V1.Disputes.GetAsync(dispute.Id)).Status);
    }

    [Fact]
    public async Task An_inquiry_takes_no_money()
    {
        var dispute = await DisputedAsync("pm_card_createDisputeInquiry");
        Assert.Equal("warning_needs_response", dispute.Status);
        Assert.Empty(dispute.BalanceTransactions);
    }

    [Fact]
    public async Task A_rehearsal_may_open_and_decide_a_dispute_itself()
    {
        var paid = await _stripe.PaidAsync(10_000);
        await _stripe.Control.PostAsync($"charges/{paid.LatestChargeId}/dispute?reason=product_not_received");
        var dispute = (await _stripe.Client.V1.Disputes.ListAsync(new DisputeListOptions { Charge = paid.LatestChargeId })).Single();
        await _stripe.Control.PostAsync($"disputes/{dispute.Id}/complete?outcome=won");
        Assert.Equal("won", (await _stripe.Client.V1.Disputes.GetAsync(dispute.Id)).Status);
    }

    [Fact]
    public async Task What_was_refunded_or_is_disputed_cannot_be_disputed_again()
    {
        var refunded = await _stripe.PaidAsync(1_000);
        await _stripe.Client.V1.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = refunded.Id });
        var disputed = await DisputedAsync();
        foreach (var charge in (string[])[refunded.LatestChargeId, disputed.ChargeId])
        {
            using var answer = await _stripe.Http.PostAsync(new Uri($"/_control/charges/{charge}/dispute", UriKind.Relative), null);
            Assert.Equal(400, (int)answer.StatusCode);
        }
    }
}
