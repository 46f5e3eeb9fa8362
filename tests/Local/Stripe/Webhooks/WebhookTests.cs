using Microsoft.Extensions.Time.Testing;
using Stripe;

namespace Marquee.Local.Stripe.Tests.Webhooks;

public sealed class WebhookTests : IAsyncLifetime
{
    private const string Secret = "whsec_configured";

    private StandIn _stripe = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        // Stripe.net checks the signature's age against the real clock.
        _stripe = await StandIn.StartAsync(options => options.Webhooks.Add(new ConfiguredWebhook { Url = _receiver.Url, Secret = Secret }),
            new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stripe.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private Event[] Events() =>
        [.. _receiver.Received.Select(delivery => EventUtility.ConstructEvent(delivery.Body, delivery.Signature, Secret))];

    private Task<Customer> CustomerAsync(string name = "x") =>
        _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = name });

    [Fact]
    public async Task A_delivery_is_signed_so_that_Stripe_net_believes_it()
    {
        var customer = await CustomerAsync();
        await _receiver.HasAsync(1);
        var notice = Assert.Single(Events());
        Assert.Equal(("customer.created", StripeConfiguration.ApiVersion), (notice.Type, notice.ApiVersion));
        Assert.Equal(customer.Id, Assert.IsType<Customer>(notice.Data.Object).Id);
        Assert.Equal(customer.StripeResponse.RequestId, notice.Request.Id);
    }

    [Fact]
    public async Task A_wrong_secret_does_not_verify()
    {
        await CustomerAsync();
        await _receiver.HasAsync(1);
        var (body, signature) = _receiver.Received.First();
        Assert.Throws<StripeException>(() => EventUtility.ConstructEvent(body, signature, "whsec_other"));
    }

    [Fact]
    public async Task A_payment_tells_its_story_in_order()
    {
        await _stripe.PaidAsync(1_000);
        await _receiver.HasAsync(3);
        Assert.Equal(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"], Events().Select(notice => notice.Type));
    }

    [Fact]
    public async Task An_endpoint_that_fails_is_asked_again_later()
    {
        _receiver.Status = 500;
        await CustomerAsync();
        await _receiver.HasAsync(1);
        await DeliveryAsync(attempts: 1);
        _receiver.Status = 200;
        _stripe.Time.Advance(_stripe.Options.WebhookRetryBase);
        await _receiver.HasAsync(2);
        Assert.Equal(Events()[0].Id, Events()[1].Id);
    }

    [Fact]
    public async Task After_three_days_Stripe_gives_up()
    {
        _receiver.Status = 500;
        await CustomerAsync();
        for (var attempt = 1; await StateAsync() == "waiting"; attempt++)
        {
            await DeliveryAsync(attempt);
            _stripe.Time.Advance(TimeSpan.FromHours(12));
            Assert.True(attempt < 20);
        }
        Assert.Equal("given_up", await StateAsync());
    }

    [Fact]
    public async Task Deliveries_come_twice_on_demand()
    {
        await _stripe.Control.PostAsync("webhooks", new { duplicate = true });
        await CustomerAsync();
        await _receiver.HasAsync(2);
        Assert.Single(Events().Select(notice => notice.Id).Distinct());
    }

    [Fact]
    public async Task Deliveries_come_out_of_order_on_demand()
    {
        await _stripe.Control.PostAsync("webhooks", new { paused = true });
        await CustomerAsync("first");
        await CustomerAsync("second");
        await CustomerAsync("third");
        Assert.Empty(_receiver.Received);
        await _stripe.Control.PostAsync("webhooks", new { reverse = true });
        await _receiver.HasAsync(3);
        Assert.Equal(["third", "second", "first"], Events().Select(notice => ((Customer)notice.Data.Object).Name));
    }

    [Fact]
    public async Task A_held_delivery_is_overtaken()
    {
        await _stripe.Control.PostAsync("webhooks", new { paused = true });
        for (var i = 0; i < 4; i++)
            await CustomerAsync($"{i}");
        await _stripe.Control.PostAsync("webhooks", new { holdEverySecondMs = 500 });
        await _receiver.HasAsync(2);
        _stripe.Time.Advance(TimeSpan.FromSeconds(1));
        await _receiver.HasAsync(4);
        Assert.NotEqual(["0", "1", "2", "3"], Events().Select(notice => ((Customer)notice.Data.Object).Name));
        Assert.Equal(4, Events().Select(notice => notice.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_was_not_delivered_is_after_a_restart()
    {
        using var folder = new TempFolder();
        await using (var first = await StandIn.StartAsync(options => options.DataPath = folder.Path))
        {
            await first.Control.PostAsync("webhooks", new { paused = true });
            await first.Client.V1.WebhookEndpoints.CreateAsync(new WebhookEndpointCreateOptions { Url = _receiver.Url,
                EnabledEvents = ["customer.created"] });
            await first.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "before the restart" });
        }
        await using var second = await StandIn.StartAsync(options => options.DataPath = folder.Path);
        await _receiver.HasAsync(1);
        Assert.Contains("before the restart", _receiver.Received.First().Body);
    }

    [Fact]
    public async Task A_Connect_endpoint_hears_connected_accounts_only()
    {
        await using var connect = await Receiver.StartAsync();
        var endpoint = await _stripe.Client.V1.WebhookEndpoints.CreateAsync(new WebhookEndpointCreateOptions
        {
            Url = connect.Url,
            Connect = true,
            EnabledEvents = ["customer.created"],
        });
        var creator = await _stripe.CreatorAsync();
        await CustomerAsync();
        await _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "theirs" },
            new RequestOptions { StripeAccount = creator.Id });
        await connect.HasAsync(1);
        var (body, signature) = Assert.Single(connect.Received);
        Assert.Equal(creator.Id, EventUtility.ConstructEvent(body, signature, endpoint.Secret).Account);
        Assert.Null((await _stripe.Client.V1.WebhookEndpoints.GetAsync(endpoint.Id)).Secret);
    }

    [Fact]
    public async Task Deliveries_leave_this_machine_for_nobody()
    {
        var refusal = await Scenes.RefusedAsync(() => _stripe.Client.V1.WebhookEndpoints.CreateAsync(
            new WebhookEndpointCreateOptions { Url = "https://example.org/hook", EnabledEvents = ["*"] }));
        Assert.Equal(("url_invalid", "url"), (refusal.StripeError.Code, refusal.StripeError.Param));
    }

    private async Task<string?> StateAsync() => (string?)(await _stripe.Control.GetAsync("webhooks/deliveries"))[0]!["state"];

    private Task DeliveryAsync(int attempts) =>
        Eventually.TrueAsync(async () => (int)(await _stripe.Control.GetAsync("webhooks/deliveries"))[0]!["attempts"]! >= attempts);
}
