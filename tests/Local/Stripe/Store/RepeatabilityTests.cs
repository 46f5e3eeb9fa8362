using Stripe;

namespace Marquee.Local.Stripe.Tests.Store;

public sealed class RepeatabilityTests
{
    [Fact]
    public async Task The_same_requests_make_the_same_ids()
    {
        Assert.Equal(await StoryAsync(), await StoryAsync());
    }

    [Fact]
    public async Task Another_seed_makes_others()
    {
        var first = await StoryAsync();
        Assert.DoesNotContain(await StoryAsync(options => options.Seed = "other"), first.Contains);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart_and_ids_go_on()
    {
        using var folder = new TempFolder();
        PaymentIntent paid;
        await using (var first = await StandIn.StartAsync(options => options.DataPath = folder.Path))
            paid = await first.PaidAsync(1_000);
        await using var second = await StandIn.StartAsync(options => options.DataPath = folder.Path);
        Assert.Equal(1_000, (await second.Client.V1.PaymentIntents.GetAsync(paid.Id)).AmountReceived);
        Assert.NotEqual(paid.Id, (await second.PaidAsync(1_000)).Id);
    }

    private static async Task<string[]> StoryAsync(Action<StripeOptions>? configure = null)
    {
        await using var stripe = await StandIn.StartAsync(configure);
        var creator = await stripe.CreatorAsync();
        var paid = await stripe.FundsAsync(5_000);
        await Scenes.RefusedAsync(() => stripe.PaidAsync(1_000, "pm_card_chargeDeclined"));
        var transfer = await stripe.Client.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 100, Currency = "eur",
            Destination = creator.Id });
        return [creator.Id, paid.Id, paid.LatestChargeId, transfer.Id, transfer.BalanceTransactionId, transfer.StripeResponse.RequestId];
    }
}
