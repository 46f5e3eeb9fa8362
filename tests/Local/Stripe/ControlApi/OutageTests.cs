using System.Net;
using Stripe;

namespace Marquee.Local.Stripe.Tests.ControlApi;

public sealed class OutageTests : IAsyncLifetime
{
    private StandIn _stripe = null!;
    private Wire.Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StandIn.StartAsync();
        _wire = new Wire.Wire(_stripe.Http);
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task A_refused_connection_does_nothing()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "refuse" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _wire.PostAsync("customers", "name=x"));
        await _stripe.Control.PostAsync("outage", new { mode = "none" });
        Assert.Empty((await _stripe.Client.V1.Customers.ListAsync()).Data);
    }

    [Fact]
    public async Task A_hanging_server_answers_nobody_until_it_is_mended()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "hang" });
        var hanging = _wire.PostAsync("customers", "name=x");
        Assert.Equal("hang", (string?)(await _stripe.Control.GetAsync("outage"))["mode"]);
        Assert.False(hanging.IsCompleted);
        await _stripe.Control.PostAsync("outage", new { mode = "none" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
        Assert.Empty((await _stripe.Client.V1.Customers.ListAsync()).Data);
    }

    [Fact]
    public async Task An_outage_may_be_for_some_paths_and_some_requests()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "error500", pathPrefix = "/v1/customers", count = 1 });
        Assert.Equal(HttpStatusCode.OK, (await _wire.GetAsync("balance")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await _wire.GetAsync("customers")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _wire.GetAsync("customers")).Status);
    }

    [Fact]
    public async Task A_slow_server_waits_by_the_clock_it_is_given()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "slow", latencyMs = 5_000 });
        var slow = _wire.GetAsync("balance");
        Assert.False(slow.IsCompleted);
        await Eventually.TrueAsync(() =>
        {
            _stripe.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(slow.IsCompleted);
        });
        Assert.Equal(HttpStatusCode.OK, (await slow).Status);
    }

    [Fact]
    public async Task The_next_card_is_declined_on_demand()
    {
        await _stripe.Control.PostAsync("next_decline", new { code = "card_declined", declineCode = "lost_card" });
        var refusal = await Scenes.RefusedAsync(() => _stripe.PaidAsync(1_000));
        Assert.Equal("lost_card", refusal.StripeError.DeclineCode);
        Assert.Equal("succeeded", (await _stripe.PaidAsync(1_000)).Status);
    }

    [Fact]
    public async Task A_reset_forgets_everything_and_counts_ids_from_the_start()
    {
        var first = await _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "x" });
        await _stripe.Control.AdvanceAsync(TimeSpan.FromDays(1));
        await _stripe.Control.PostAsync("reset");
        Assert.Empty((await _stripe.Client.V1.Customers.ListAsync()).Data);
        var again = await _stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "x" });
        Assert.Equal((first.Id, first.Created), (again.Id, again.Created));
    }

    [Fact]
    public async Task Health_says_who_the_platform_is()
    {
        var health = await _stripe.Control.GetAsync("health");
        Assert.Equal("ok", (string?)health["status"]);
        Assert.StartsWith("acct_", (string?)health["platform"]);
    }
}
