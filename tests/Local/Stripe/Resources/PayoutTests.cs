using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class PayoutTests
{
    private const string ClosedIban = "DE62370400440532013002";
    private const string SlowIban = "DE00370400440532013009";

    private static async Task<RequestOptions> FundedAsync(StandIn stripe, long amount, string iban = Scenes.GoodIban)
    {
        var creator = await stripe.CreatorAsync(iban);
        await stripe.FundsAsync(amount * 2);
        await stripe.Client.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = amount, Currency = "eur",
            Destination = creator.Id });
        return new RequestOptions { StripeAccount = creator.Id };
    }

    private static Task<Payout> PayOutAsync(StandIn stripe, RequestOptions own, long amount, string? method = null) =>
        stripe.Client.V1.Payouts.CreateAsync(new PayoutCreateOptions { Amount = amount, Currency = "eur", Method = method }, own);

    [Fact]
    public async Task A_standard_payout_leaves_the_balance_at_once_and_is_paid_when_it_arrives()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000);
        var payout = await PayOutAsync(stripe, own, 5_000);
        Assert.Equal("pending", payout.Status);
        Assert.Equal(0, (await stripe.Client.V1.Balance.GetAsync(requestOptions: own)).Available.Of());
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal("in_transit", (await stripe.Client.V1.Payouts.GetAsync(payout.Id, requestOptions: own)).Status);
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Equal("paid", (await stripe.Client.V1.Payouts.GetAsync(payout.Id, requestOptions: own)).Status);
    }

    [Fact]
    public async Task A_payout_made_on_a_Friday_arrives_on_Monday()
    {
        await using var stripe = await StandIn.StartAsync(options => options.PayoutDelay = null);
        var own = await FundedAsync(stripe, 5_000);
        await stripe.Control.AdvanceAsync(TimeSpan.FromDays(4));
        var payout = await PayOutAsync(stripe, own, 5_000);
        Assert.Equal(new DateTime(2026, 3, 9, 0, 0, 0, DateTimeKind.Utc), payout.ArrivalDate);
        Assert.Equal(DayOfWeek.Monday, payout.ArrivalDate.DayOfWeek);
    }

    [Fact]
    public async Task More_than_is_available_cannot_be_paid_out()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000);
        Assert.Equal("balance_insufficient", (await Scenes.RefusedAsync(() => PayOutAsync(stripe, own, 5_001))).StripeError.Code);
    }

    [Fact]
    public async Task A_bank_that_returns_the_payout_puts_the_money_back()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000, ClosedIban);
        var payout = await PayOutAsync(stripe, own, 5_000);
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(11));
        payout = await stripe.Client.V1.Payouts.GetAsync(payout.Id, requestOptions: own);
        Assert.Equal(("failed", "account_closed"), (payout.Status, payout.FailureCode));
        Assert.Equal(5_000, (await stripe.Client.V1.Balance.GetAsync(requestOptions: own)).Available.Of());
    }

    [Fact]
    public async Task A_paid_payout_may_still_be_returned_later()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000);
        var payout = await PayOutAsync(stripe, own, 5_000);
        await stripe.Control.PostAsync($"payouts/{payout.Id}/pay");
        await stripe.Control.PostAsync($"payouts/{payout.Id}/fail?code=no_account");
        Assert.Equal(("failed", "no_account"), ((await stripe.Client.V1.Payouts.GetAsync(payout.Id, requestOptions: own)) is { } found
            ? (found.Status, found.FailureCode) : default));
        Assert.Equal(5_000, (await stripe.Client.V1.Balance.GetAsync(requestOptions: own)).Available.Of());
    }

    [Fact]
    public async Task A_new_account_is_not_at_once_eligible_for_instant_payouts()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000);
        Assert.Null((await stripe.Client.V1.Balance.GetAsync(requestOptions: own)).InstantAvailable);
        Assert.Equal("instant_payouts_unsupported", (await Scenes.RefusedAsync(() => PayOutAsync(stripe, own, 1_000, "instant")))
            .StripeError.Code);
    }

    [Fact]
    public async Task An_instant_payout_arrives_within_half_an_hour_and_bills_the_platform()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 10_000);
        await stripe.Control.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(10_000, (await stripe.Client.V1.Balance.GetAsync(requestOptions: own)).InstantAvailable.Single().Amount);
        var platform = (await stripe.Client.V1.Balance.GetAsync()).Available.Of();
        var payout = await PayOutAsync(stripe, own, 10_000, "instant");
        Assert.Equal("instant", payout.Method);
        Assert.Equal(platform - 100, (await stripe.Client.V1.Balance.GetAsync()).Available.Of());
        await stripe.Control.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("paid", (await stripe.Client.V1.Payouts.GetAsync(payout.Id, requestOptions: own)).Status);
    }

    [Fact]
    public async Task A_bank_out_of_reach_of_instant_payouts_says_so()
    {
        await using var stripe = await StandIn.StartAsync(options => options.InstantPayoutAccountAge = TimeSpan.Zero);
        var own = await FundedAsync(stripe, 5_000, SlowIban);
        Assert.Equal("instant_payouts_unsupported", (await Scenes.RefusedAsync(() => PayOutAsync(stripe, own, 1_000, "instant")))
            .StripeError.Code);
    }

    [Fact]
    public async Task A_pending_payout_can_be_cancelled_a_travelling_one_cannot()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000);
        var first = await stripe.Client.V1.Payouts.CancelAsync((await PayOutAsync(stripe, own, 2_000)).Id, requestOptions: own);
        Assert.Equal("canceled", first.Status);
        var second = await PayOutAsync(stripe, own, 5_000);
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(6));
        await Scenes.RefusedAsync(() => stripe.Client.V1.Payouts.CancelAsync(second.Id, requestOptions: own));
    }

    [Fact]
    public async Task The_platform_pays_itself_out_too()
    {
        await using var stripe = await StandIn.StartAsync();
        await stripe.FundsAsync(10_000);
        var payout = await stripe.Client.V1.Payouts.CreateAsync(new PayoutCreateOptions { Amount = 5_000, Currency = "eur" });
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Equal("paid", (await stripe.Client.V1.Payouts.GetAsync(payout.Id)).Status);
    }

    [Fact]
    public async Task A_payout_is_returned_only_once()
    {
        await using var stripe = await StandIn.StartAsync();
        var own = await FundedAsync(stripe, 5_000);
        var payout = await PayOutAsync(stripe, own, 5_000);
        await stripe.Control.PostAsync($"payouts/{payout.Id}/fail");
        using var again = await stripe.Http.PostAsync(new Uri($"/_control/payouts/{payout.Id}/fail", UriKind.Relative), null);
        Assert.Equal(400, (int)again.StatusCode);
        Assert.Equal(5_000, (await stripe.Client.V1.Balance.GetAsync(requestOptions: own)).Available.Of());
    }
}
