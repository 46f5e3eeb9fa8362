using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class SaleToPayoutTests
{
    [Fact]
    public async Task A_sale_is_transferred_and_paid_out()
    {
        await using var stripe = await StandIn.StartAsync();
        var creator = await stripe.CreatorAsync();
        Assert.True(creator.PayoutsEnabled);
        var sale = await stripe.PaidAsync(10_000, "pm_card_de");
        Assert.Equal("succeeded", sale.Status);
        Assert.Equal(175, sale.LatestCharge.BalanceTransaction.Fee);
        await stripe.FundsAsync(5000);
        var transfer = await stripe.Client.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 4000, Currency = "eur",
            Destination = creator.Id, TransferGroup = "EVENT1" });
        var own = new RequestOptions { StripeAccount = creator.Id };
        var balance = await stripe.Client.V1.Balance.GetAsync(requestOptions: own);
        Assert.Equal(4000, balance.Available.Of());
        var payout = await stripe.Client.V1.Payouts.CreateAsync(new PayoutCreateOptions { Amount = 4000, Currency = "eur" }, own);
        Assert.Equal("pending", payout.Status);
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Equal("paid", (await stripe.Client.V1.Payouts.GetAsync(payout.Id, requestOptions: own)).Status);
    }
}
