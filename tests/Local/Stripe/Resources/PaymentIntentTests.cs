using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class PaymentIntentTests : IAsyncLifetime
{
    private StandIn _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await StandIn.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private PaymentIntentService Intents => _stripe.Client.V1.PaymentIntents;

    [Fact]
    public async Task A_European_card_costs_one_and_a_half_percent_and_25_cents()
    {
        var intent = await _stripe.PaidAsync(10_000, "pm_card_de");
        var charge = intent.LatestCharge;
        Assert.Equal("succeeded", intent.Status);
        Assert.Equal(10_000, intent.AmountReceived);
        Assert.Equal("0016", charge.PaymentMethodDetails.Card.Last4);
        Assert.Equal((10_000, 175, 9_825),
            (charge.BalanceTransaction.Amount, charge.BalanceTransaction.Fee, charge.BalanceTransaction.Net));
    }

    [Fact]
    public async Task An_unconfirmed_intent_waits_for_a_method_then_for_confirmation()
    {
        var intent = await Intents.CreateAsync(new PaymentIntentCreateOptions { Amount = 500, Currency = "eur" });
        Assert.Equal("requires_payment_method", intent.Status);
        intent = await Intents.UpdateAsync(intent.Id, new PaymentIntentUpdateOptions { PaymentMethod = "pm_card_visa", Amount = 600 });
        Assert.Equal("requires_confirmation", intent.Status);
        intent = await Intents.ConfirmAsync(intent.Id);
        Assert.Equal("succeeded", intent.Status);
        Assert.Equal(600, intent.AmountReceived);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline")]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds")]
    [InlineData("pm_card_visa_chargeDeclinedFraudulent", "card_declined", "fraudulent")]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", null)]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", null)]
    [InlineData("pm_card_chargeDeclinedProcessingError", "processing_error", null)]
    public async Task A_declined_card_is_an_error_that_leaves_a_failed_charge(string card, string code, string? declineCode)
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000, card));
        Assert.Equal(402, (int)refusal.HttpStatusCode);
        Assert.Equal(("card_error", code, declineCode),
            (refusal.StripeError.Type, refusal.StripeError.Code, refusal.StripeError.DeclineCode));
        var intent = await Intents.GetAsync(refusal.StripeError.PaymentIntent.Id,
            new PaymentIntentGetOptions { Expand = ["latest_charge"] });
        Assert.Equal("requires_payment_method", intent.Status);
        Assert.Equal(code, intent.LastPaymentError.Code);
        Assert.Equal("failed", intent.LatestCharge.Status);
        Assert.Equal(0, (await _stripe.Client.V1.Balance.GetAsync()).Pending.Of());
    }

    [Fact]
    public async Task A_declined_intent_can_be_paid_with_another_card()
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000, "pm_card_chargeDeclined"));
        var intent = await Intents.ConfirmAsync(refusal.StripeError.PaymentIntent.Id,
            new PaymentIntentConfirmOptions { PaymentMethod = "pm_card_visa" });
        Assert.Equal("succeeded", intent.Status);
        Assert.Null(intent.LastPaymentError);
    }

    [Fact]
    public async Task A_card_that_wants_its_holder_waits_for_authentication()
    {
        var intent = await _stripe.PaidAsync(1_000, "pm_card_authenticationRequired", options =>
            options.ReturnUrl = "https://example.org/back");
        Assert.Equal("requires_action", intent.Status);
        Assert.StartsWith(_stripe.Server.Address.ToString(), intent.NextAction.RedirectToUrl.Url);
        await _stripe.Control.PostAsync($"intents/{intent.Id}/authenticate");
        Assert.Equal("succeeded", (await Intents.GetAsync(intent.Id)).Status);
    }

    [Fact]
    public async Task A_failed_authentication_sends_the_payer_back_to_another_method()
    {
        var intent = await _stripe.PaidAsync(1_000, "pm_card_authenticationRequired");
        await _stripe.Control.PostAsync($"intents/{intent.Id}/authenticate?fail=true");
        intent = await Intents.GetAsync(intent.Id);
        Assert.Equal("requires_payment_method", intent.Status);
        Assert.Equal("payment_intent_authentication_failure", intent.LastPaymentError.Code);
    }

    [Fact]
    public async Task Off_session_such_a_card_is_declined_instead()
    {
        var refusal = await Scenes.RefusedAsync(() =>
            _stripe.PaidAsync(1_000, "pm_card_authenticationRequired", options => options.OffSession = true));
        Assert.Equal("authentication_required", refusal.StripeError.Code);
        Assert.Equal("authentication_required", refusal.StripeError.DeclineCode);
    }

    [Fact]
    public async Task A_succeeded_intent_cannot_be_confirmed_changed_or_cancelled()
    {
        var paid = await _stripe.PaidAsync(1_000);
        foreach (var attempt in (Func<Task>[])
            [
                () => Intents.ConfirmAsync(paid.Id),
                () => Intents.UpdateAsync(paid.Id, new PaymentIntentUpdateOptions { Amount = 2_000 }),
                () => Intents.CancelAsync(paid.Id),
                () => Intents.CaptureAsync(paid.Id),
            ])
        {
            var refusal = await Scenes.RefusedAsync(attempt);
            Assert.Equal("payment_intent_unexpected_state", refusal.StripeError.Code);
            Assert.Equal("succeeded", refusal.StripeError.PaymentIntent.Status);
        }
    }

    [Fact]
    public async Task A_cancelled_intent_says_why_and_when()
    {
        var intent = await Intents.CreateAsync(new PaymentIntentCreateOptions { Amount = 500, Currency = "eur" });
        intent = await Intents.CancelAsync(intent.Id, new PaymentIntentCancelOptions { CancellationReason = "abandoned" });
        Assert.Equal(("canceled", "abandoned"), (intent.Status, intent.CancellationReason));
        Assert.Equal(StandIn.Start.UtcDateTime, intent.CanceledAt);
    }

    [Theory]
    [InlineData(49, "amount_too_small")]
    [InlineData(100_000_000, "amount_too_large")]
    public async Task Amounts_outside_the_currency_s_bounds_are_refused(long amount, string code)
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(amount));
        Assert.Equal((code, "amount"), (refusal.StripeError.Code, refusal.StripeError.Param));
    }

    [Fact]
    public async Task Someone_else_s_saved_card_cannot_be_used()
    {
        var owner = await _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { PaymentMethod = "pm_card_visa" });
        var saved = await _stripe.Client.V1.PaymentMethods.ListAsync(new PaymentMethodListOptions { Customer = owner.Id });
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000, saved.Data[0].Id));
        Assert.Equal("payment_method", refusal.StripeError.Param);
    }

    [Fact]
    public async Task A_number_that_is_no_test_card_is_declined_and_not_repeated()
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.Client.V1.PaymentMethods.CreateAsync(new PaymentMethodCreateOptions
        {
            Type = "card",
            Card = new PaymentMethodCardOptions { Number = "4539578763621486", ExpMonth = 12, ExpYear = 2034, Cvc = "123" },
        }));
        Assert.Equal("test_mode_live_card", refusal.StripeError.DeclineCode);
        Assert.DoesNotContain("4539578763621486", refusal.StripeResponse.Content);
    }

    [Fact]
    public async Task Parameters_that_would_move_money_but_are_not_played_are_refused_aloud()
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000, change: options => options.ApplicationFeeAmount = 100));
        Assert.Equal((501, "not_in_stand_in"), ((int)refusal.HttpStatusCode, refusal.StripeError.Code));
    }

    [Fact]
    public async Task An_asynchronous_capture_reaches_the_balance_later()
    {
        await using var slow = await StandIn.StartAsync(options => options.AsyncCaptureDelay = TimeSpan.FromMinutes(5));
        var intent = await slow.PaidAsync(1_000);
        Assert.Equal("succeeded", intent.Status);
        Assert.Null(intent.LatestCharge.BalanceTransaction);
        await slow.Control.AdvanceAsync(TimeSpan.FromMinutes(6));
        var charge = await slow.Client.V1.Charges.GetAsync(intent.LatestChargeId);
        Assert.NotNull(charge.BalanceTransactionId);
    }
}
