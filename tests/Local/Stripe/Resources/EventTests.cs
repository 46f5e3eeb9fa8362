using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class EventTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task Events_are_found_by_type_by_types_and_by_pattern()
    {
        await _stripe.PaidAsync(1_000);
        var events = _stripe.Client.V1.Events;
        Assert.Single(await events.ListAsync(new EventListOptions { Type = "charge.succeeded" }));
        Assert.Equal(2, (await events.ListAsync(new EventListOptions { Types = ["charge.succeeded", "payment_intent.created"] })).Count());
        Assert.Equal(2, (await events.ListAsync(new EventListOptions { Type = "payment_intent.*" })).Count());
    }

    [Fact]
    public async Task An_event_shows_the_object_as_it_was()
    {
        var intent = await _stripe.Client.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 500, Currency = "eur" });
        await _stripe.Client.V1.PaymentIntents.CancelAsync(intent.Id);
        var created = (await _stripe.Client.V1.Events.ListAsync(new EventListOptions { Type = "payment_intent.created" })).Single();
        Assert.Equal("requires_payment_method", ((PaymentIntent)created.Data.Object).Status);
    }

    [Fact]
    public async Task A_request_that_fails_leaves_no_event()
    {
        await Scenes.RefusedAsync(() =>
            _stripe.Client.V1.Transfers.CreateAsync(new TransferCreateOptions { Amount = 1, Currency = "eur", Destination = "acct_none" }));
        Assert.DoesNotContain(await _stripe.Client.V1.Events.ListAsync(), notice =>
            notice.Type.StartsWith("transfer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Money_that_settles_says_so()
    {
        await _stripe.PaidAsync(1_000);
        await _stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(10));
        var available = (await _stripe.Client.V1.Events.ListAsync(new EventListOptions { Type = "balance.available" })).Single();
        Assert.True(((Balance)available.Data.Object).Available.Of() > 0);
    }

    [Fact]
    public async Task A_filter_that_is_not_played_is_refused_rather_than_ignored()
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.Client.V1.Events.ListAsync(new EventListOptions { DeliverySuccess = true }));
        Assert.Equal(("not_in_stand_in", "delivery_success"), (refusal.StripeError.Code, refusal.StripeError.Param));
    }
}
