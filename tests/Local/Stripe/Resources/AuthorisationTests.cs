using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class AuthorisationTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private PaymentIntentService Intents => _stripe.Client.V1.PaymentIntents;

    private Task<PaymentIntent> HeldAsync(long amount, string card = "pm_card_visa", bool inPerson = false, bool offSession = false) =>
        _stripe.PaidAsync(amount, card, options =>
        {
            options.CaptureMethod = "manual";
            options.AllowedPaymentMethodTypes = [inPerson ? "card_present" : "card"];
            options.OffSession = offSession ? true : null;
        });

    [Fact]
    public async Task A_held_amount_is_no_balance_until_it_is_captured()
    {
        var held = await HeldAsync(2_000);
        Assert.Equal(("requires_capture", 2_000), (held.Status, held.AmountCapturable));
        Assert.False(held.LatestCharge.Captured);
        Assert.Equal(0, (await _stripe.Client.V1.Balance.GetAsync()).Pending.Of());
        var captured = await Intents.CaptureAsync(held.Id);
        Assert.Equal(("succeeded", 2_000, 0), (captured.Status, captured.AmountReceived, captured.AmountCapturable));
        Assert.True((await _stripe.Client.V1.Balance.GetAsync()).Pending.Of() > 0);
    }

    [Fact]
    public async Task A_part_is_captured_and_the_rest_released()
    {
        var held = await HeldAsync(2_000, "pm_card_de");
        var captured = await Intents.CaptureAsync(held.Id,
            new PaymentIntentCaptureOptions { AmountToCapture = 1_500, Expand = ["latest_charge.balance_transaction"] });
        Assert.Equal(1_500, captured.AmountReceived);
        Assert.Equal((2_000, 1_500), (captured.LatestCharge.Amount, captured.LatestCharge.AmountCaptured));
        Assert.Equal(1_500, captured.LatestCharge.BalanceTransaction.Amount);
        var again = await Scenes.RefusedAsync(() => Intents.CaptureAsync(held.Id));
        Assert.Equal("payment_intent_unexpected_state", again.StripeError.Code);
    }

    [Fact]
    public async Task More_than_was_held_cannot_be_captured()
    {
        var held = await HeldAsync(2_000);
        var refusal = await Scenes.RefusedAsync(() =>
            Intents.CaptureAsync(held.Id, new PaymentIntentCaptureOptions { AmountToCapture = 2_001 }));
        Assert.Equal(("amount_too_large", "amount_to_capture"), (refusal.StripeError.Code, refusal.StripeError.Param));
    }

    [Theory]
    [InlineData("pm_card_visa", false, false, 7 * 24)]
    [InlineData("pm_card_visa", false, true, 4 * 24 + 18)]
    [InlineData("pm_card_mastercard", false, true, 7 * 24)]
    [InlineData("pm_card_mastercard", true, false, 2 * 24)]
    [InlineData("pm_card_visa", true, false, 5 * 24)]
    public async Task The_window_depends_on_how_the_card_was_taken(string card, bool inPerson, bool offSession, int hours)
    {
        var charge = (await HeldAsync(2_000, card, inPerson, offSession)).LatestCharge;
        var before = inPerson ? charge.PaymentMethodDetails.CardPresent.CaptureBefore : charge.PaymentMethodDetails.Card.CaptureBefore;
        Assert.Equal(StandIn.Start.UtcDateTime.AddHours(hours), before);
    }

    [Fact]
    public async Task An_authorisation_not_captured_in_time_is_cancelled_by_itself()
    {
        var held = await HeldAsync(2_000);
        await _stripe.Control.AdvanceAsync(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal("requires_capture", (await Intents.GetAsync(held.Id)).Status);
        await _stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(1));
        var expired = await Intents.GetAsync(held.Id);
        Assert.Equal(("canceled", "automatic"), (expired.Status, expired.CancellationReason));
        var refusal = await Scenes.RefusedAsync(() => Intents.CaptureAsync(held.Id));
        Assert.Equal("payment_intent_unexpected_state", refusal.StripeError.Code);
        var events = await _stripe.Client.V1.Events.ListAsync(new EventListOptions { Type = "charge.expired" });
        Assert.Single(events.Data);
    }

    [Fact]
    public async Task A_cancelled_authorisation_releases_the_hold()
    {
        var held = await HeldAsync(2_000);
        await Intents.CancelAsync(held.Id);
        var charge = await _stripe.Client.V1.Charges.GetAsync(held.LatestChargeId);
        Assert.True(charge.Refunded);
        Assert.False(charge.Captured);
        Assert.Null(charge.BalanceTransactionId);
    }

    [Fact]
    public async Task An_in_person_authorisation_can_be_raised()
    {
        var held = await HeldAsync(2_000, inPerson: true);
        var raised = await Intents.IncrementAuthorizationAsync(held.Id, new PaymentIntentIncrementAuthorizationOptions { Amount = 2_500 });
        Assert.Equal((2_500, 2_500), (raised.Amount, raised.AmountCapturable));
        var lower = await Scenes.RefusedAsync(() =>
            Intents.IncrementAuthorizationAsync(held.Id, new PaymentIntentIncrementAuthorizationOptions { Amount = 2_400 }));
        Assert.Equal("amount", lower.StripeError.Param);
    }

    [Fact]
    public async Task An_online_authorisation_cannot_be_raised()
    {
        var held = await HeldAsync(2_000);
        await Scenes.RefusedAsync(() =>
            Intents.IncrementAuthorizationAsync(held.Id, new PaymentIntentIncrementAuthorizationOptions { Amount = 2_500 }));
        Assert.Equal(2_000, (await Intents.GetAsync(held.Id)).Amount);
    }
}
