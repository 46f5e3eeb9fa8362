using Stripe;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class SavedCardTests : IAsyncLifetime
{
    private StandIn _stripe = null!;
    private Customer _buyer = null!;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StandIn.StartAsync();
        _buyer = await _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Email = "buyer@example.org" });
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private Task<SetupIntent> SaveAsync(string card) => _stripe.Client.V1.SetupIntents.CreateAsync(new SetupIntentCreateOptions
    {
        Customer = _buyer.Id,
        PaymentMethod = card,
        Confirm = true,
        Usage = "off_session",
    });

    [Fact]
    public async Task A_card_saved_now_is_charged_later()
    {
        var saved = await SaveAsync("pm_card_visa");
        Assert.Equal("succeeded", saved.Status);
        var paid = await _stripe.PaidAsync(2_500, saved.PaymentMethodId, options =>
        {
            options.Customer = _buyer.Id;
            options.OffSession = true;
        });
        Assert.Equal("succeeded", paid.Status);
        Assert.Equal(_buyer.Id, paid.CustomerId);
    }

    [Fact]
    public async Task A_card_authenticated_while_saved_needs_it_no_more_off_session()
    {
        var saved = await SaveAsync("pm_card_authenticationRequiredOnSetup");
        Assert.Equal("requires_action", saved.Status);
        await _stripe.Control.PostAsync($"intents/{saved.Id}/authenticate");
        saved = await _stripe.Client.V1.SetupIntents.GetAsync(saved.Id);
        Assert.Equal("succeeded", saved.Status);
        var paid = await _stripe.PaidAsync(2_500, saved.PaymentMethodId, options =>
        {
            options.Customer = _buyer.Id;
            options.OffSession = true;
        });
        Assert.Equal("succeeded", paid.Status);
    }

    [Fact]
    public async Task A_card_that_is_refused_is_not_saved()
    {
        var refusal = await Scenes.RefusedAsync(() => SaveAsync("pm_card_chargeDeclined"));
        Assert.Equal("requires_payment_method", refusal.StripeError.SetupIntent.Status);
        Assert.Empty(await _stripe.Client.V1.PaymentMethods.ListAsync(new PaymentMethodListOptions { Customer = _buyer.Id }));
    }

    [Fact]
    public async Task A_payment_may_save_its_card()
    {
        await _stripe.PaidAsync(2_500, change: options => (options.Customer, options.SetupFutureUsage) = (_buyer.Id, "off_session"));
        var cards = await _stripe.Client.V1.Customers.PaymentMethods.ListAsync(_buyer.Id);
        Assert.Equal("4242", cards.Single().Card.Last4);
    }

    [Fact]
    public async Task A_detached_card_belongs_to_nobody()
    {
        var saved = await SaveAsync("pm_card_visa");
        var method = await _stripe.Client.V1.PaymentMethods.DetachAsync(saved.PaymentMethodId);
        Assert.Null(method.CustomerId);
    }

    [Fact]
    public async Task A_deleted_customer_is_erased()
    {
        await _stripe.Client.V1.Customers.DeleteAsync(_buyer.Id);
        var gone = await _stripe.Client.V1.Customers.GetAsync(_buyer.Id);
        Assert.True(gone.Deleted);
        Assert.Null(gone.Email);
        Assert.Equal("resource_missing", (await Scenes.RefusedAsync(() =>
            _stripe.Client.V1.Customers.UpdateAsync(_buyer.Id, new CustomerUpdateOptions { Name = "x" }))).StripeError.Code);
    }

    [Fact]
    public async Task A_token_is_spent_once()
    {
        var token = await _stripe.Client.V1.Tokens.CreateAsync(new TokenCreateOptions
        {
            Card = new TokenCardOptions { Number = "4000002760000016", ExpMonth = "12", ExpYear = "2034", Cvc = "123" },
        });
        Task<PaymentMethod> Use() => _stripe.Client.V1.PaymentMethods.CreateAsync(
            new PaymentMethodCreateOptions { Type = "card", Card = new PaymentMethodCardOptions { Token = token.Id } });
        Assert.Equal("DE", (await Use()).Card.Country);
        Assert.Equal("token_already_used", (await Scenes.RefusedAsync(Use)).StripeError.Code);
    }
}
