using Stripe;
using Stripe.Terminal;

namespace Marquee.Local.Stripe.Tests.Resources;

public sealed class TerminalTests : IAsyncLifetime
{
    private StandIn _stripe = null!;
    private Reader _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StandIn.StartAsync();
        var location = await _stripe.Client.V1.Terminal.Locations.CreateAsync(new LocationCreateOptions
        {
            DisplayName = "Berlin",
            Address = new AddressOptions { Line1 = "Weg 1", City = "Berlin", PostalCode = "10115", Country = "DE" },
        });
        _reader = await Readers.CreateAsync(new ReaderCreateOptions { RegistrationCode = "simulated-wpe", Location = location.Id,
            Label = "Till 1" });
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private ReaderService Readers => _stripe.Client.V1.Terminal.Readers;

    private Task<PaymentIntent> IntentAsync(long amount) => _stripe.Client.V1.PaymentIntents.CreateAsync(
        new PaymentIntentCreateOptions { Amount = amount, Currency = "eur", AllowedPaymentMethodTypes = ["card_present"],
            CaptureMethod = "manual" });

    private Task<Reader> ProcessAsync(PaymentIntent intent) =>
        Readers.ProcessPaymentIntentAsync(_reader.Id, new ReaderProcessPaymentIntentOptions { PaymentIntent = intent.Id });

    private Task<Reader> PresentAsync(string? number = null) => _stripe.Client.V1.TestHelpers.Terminal.Readers.PresentPaymentMethodAsync(
        _reader.Id, number is null ? null : new() { Type = "card_present", CardPresent = new() { Number = number } });

    [Fact]
    public async Task A_card_held_to_the_reader_authorises_the_payment()
    {
        var intent = await IntentAsync(2_000);
        Assert.Equal("in_progress", (await ProcessAsync(intent)).Action.Status);
        var reader = await PresentAsync("4000002760000016");
        Assert.Equal("succeeded", reader.Action.Status);
        intent = await _stripe.Client.V1.PaymentIntents.GetAsync(intent.Id, new PaymentIntentGetOptions { Expand = ["latest_charge"] });
        Assert.Equal("requires_capture", intent.Status);
        Assert.Equal(_reader.Id, intent.LatestCharge.PaymentMethodDetails.CardPresent.Reader);
        var captured = await _stripe.Client.V1.PaymentIntents.CaptureAsync(intent.Id,
            new PaymentIntentCaptureOptions { Expand = ["latest_charge.balance_transaction"] });
        Assert.Equal(38, captured.LatestCharge.BalanceTransaction.Fee);
    }

    [Fact]
    public async Task A_declined_card_fails_the_action()
    {
        var intent = await IntentAsync(2_000);
        await ProcessAsync(intent);
        var reader = await PresentAsync("4000000000000002");
        Assert.Equal(("failed", "card_declined"), (reader.Action.Status, reader.Action.FailureCode));
        Assert.Equal("requires_payment_method", (await _stripe.Client.V1.PaymentIntents.GetAsync(intent.Id)).Status);
    }

    [Fact]
    public async Task A_busy_reader_takes_no_second_payment_until_cancelled()
    {
        await ProcessAsync(await IntentAsync(2_000));
        var second = await IntentAsync(1_000);
        Assert.Equal("terminal_reader_busy", (await Scenes.RefusedAsync(() => ProcessAsync(second))).StripeError.Code);
        Assert.Null((await Readers.CancelActionAsync(_reader.Id)).Action);
        await ProcessAsync(second);
    }

    [Fact]
    public async Task The_display_shows_a_cart()
    {
        var reader = await Readers.SetReaderDisplayAsync(_reader.Id, new ReaderSetReaderDisplayOptions
        {
            Type = "cart",
            Cart = new ReaderCartOptions
            {
                Currency = "eur",
                Total = 500,
                LineItems = [new ReaderCartLineItemOptions { Amount = 500, Description = "Poster", Quantity = 1 }],
            },
        });
        Assert.Equal("Poster", reader.Action.SetReaderDisplay.Cart.LineItems.Single().Description);
    }

    [Fact]
    public async Task A_refund_goes_back_to_the_card_at_the_reader()
    {
        var intent = await IntentAsync(2_000);
        await ProcessAsync(intent);
        await PresentAsync();
        await _stripe.Client.V1.PaymentIntents.CaptureAsync(intent.Id);
        await Readers.RefundPaymentAsync(_reader.Id, new ReaderRefundPaymentOptions { PaymentIntent = intent.Id, Amount = 500 });
        var reader = await PresentAsync();
        Assert.Equal("succeeded", reader.Action.Status);
        Assert.Equal(500, (await _stripe.Client.V1.Refunds.ListAsync(new RefundListOptions { PaymentIntent = intent.Id })).Single().Amount);
    }

    [Fact]
    public async Task A_simulated_customer_presents_a_card_by_itself()
    {
        await using var stripe = await StandIn.StartAsync(options => options.ReaderPresentsAfter = TimeSpan.FromSeconds(2));
        var location = await stripe.Client.V1.Terminal.Locations.CreateAsync(new LocationCreateOptions { DisplayName = "Lisbon",
            Address = new AddressOptions { Country = "PT" } });
        var reader = await stripe.Client.V1.Terminal.Readers.CreateAsync(new ReaderCreateOptions { RegistrationCode = "simulated-s700",
            Location = location.Id });
        var intent = await stripe.Client.V1.PaymentIntents.CreateAsync(
            new PaymentIntentCreateOptions { Amount = 900, Currency = "eur", AllowedPaymentMethodTypes = ["card_present"] });
        await stripe.Client.V1.Terminal.Readers.ProcessPaymentIntentAsync(reader.Id,
            new ReaderProcessPaymentIntentOptions { PaymentIntent = intent.Id });
        await stripe.Control.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal("succeeded", (await stripe.Client.V1.PaymentIntents.GetAsync(intent.Id)).Status);
    }

    [Fact]
    public async Task A_connection_token_opens_a_location()
    {
        var token = await _stripe.Client.V1.Terminal.ConnectionTokens.CreateAsync(new ConnectionTokenCreateOptions { Location = _reader.LocationId });
        Assert.StartsWith("pst_test_", token.Secret);
        var other = await _stripe.Client.V1.Terminal.ConnectionTokens.CreateAsync(new ConnectionTokenCreateOptions());
        Assert.NotEqual(token.Secret, other.Secret);
    }

    [Fact]
    public async Task Readers_are_found_by_location()
    {
        var found = await Readers.ListAsync(new ReaderListOptions { Location = _reader.LocationId });
        Assert.Equal("Till 1", found.Single().Label);
        await Scenes.RefusedAsync(() => _stripe.Client.V1.Terminal.Locations.DeleteAsync(_reader.LocationId));
    }
}
