using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stripe;

namespace Marquee.Local.Stripe.Tests.Wire;

public sealed class CallerTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("sk_live_x")]
    [InlineData("pk_test_x")]
    [InlineData("rk_test_unknown")]
    public async Task Only_test_keys_are_let_in(string? key)
    {
        await using var stripe = await StandIn.StartAsync();
        var reply = await new Wire(stripe.Http, key).GetAsync("balance");
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_request_error"), (reply.Status, reply.ErrorType));
    }

    [Fact]
    public async Task A_configured_key_is_the_only_one()
    {
        await using var stripe = await StandIn.StartAsync(options => options.ApiKey = "sk_test_only");
        Assert.Equal(HttpStatusCode.Unauthorized, (await new Wire(stripe.Http, "sk_test_other").GetAsync("balance")).Status);
        Assert.Equal(HttpStatusCode.OK, (await new Wire(stripe.Http, "sk_test_only").GetAsync("balance")).Status);
    }

    [Fact]
    public async Task Basic_authentication_takes_the_key_as_the_user()
    {
        await using var stripe = await StandIn.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/balance");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes("sk_test_marquee:")));
        using var response = await stripe.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_restricted_key_does_what_it_may()
    {
        await using var stripe = await StandIn.StartAsync(options => options.RestrictedKeys.Add(
            new RestrictedKey { Key = "rk_test_gateway_0001", Permissions = { "payment_intent:write", "charge:read" } }));
        var till = stripe.ClientFor("rk_test_gateway_0001");
        await till.V1.PaymentIntents.CreateAsync(new PaymentIntentCreateOptions { Amount = 500, Currency = "eur" });
        await till.V1.Charges.ListAsync();
        var refusal = await Scenes.RefusedAsync(() =>
            till.V1.Payouts.CreateAsync(new PayoutCreateOptions { Amount = 500, Currency = "eur" }));
        Assert.Equal(HttpStatusCode.Forbidden, refusal.HttpStatusCode);
        Assert.Contains("rak_payout_write", refusal.Message);
        Assert.DoesNotContain("rk_test_gateway_0001", refusal.Message);
    }

    [Fact]
    public async Task A_connected_account_sees_only_its_own()
    {
        await using var stripe = await StandIn.StartAsync();
        var creator = await stripe.CreatorAsync();
        var own = new RequestOptions { StripeAccount = creator.Id };
        var theirs = await stripe.Client.V1.Customers.CreateAsync(new CustomerCreateOptions { Name = "x" }, own);
        Assert.Empty((await stripe.Client.V1.Customers.ListAsync()).Data);
        Assert.Equal("resource_missing", (await Scenes.RefusedAsync(() => stripe.Client.V1.Customers.GetAsync(theirs.Id)))
            .StripeError.Code);
        Assert.Equal(theirs.Id, (await stripe.Client.V1.Customers.GetAsync(theirs.Id, requestOptions: own)).Id);
    }

    [Fact]
    public async Task An_account_that_is_not_ours_is_forbidden()
    {
        await using var stripe = await StandIn.StartAsync();
        var reply = await new Wire(stripe.Http).GetAsync("balance", "acct_unknown");
        Assert.Equal((HttpStatusCode.Forbidden, "account_invalid"), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task Too_many_requests_in_a_second_are_turned_away_untouched()
    {
        await using var stripe = await StandIn.StartAsync(options => options.RateLimitPerSecond = 3);
        var wire = new Wire(stripe.Http);
        for (var i = 0; i < 3; i++)
            await wire.PostAsync("customers", "name=x");
        var refused = await wire.PostAsync("customers", "name=y", "key");
        Assert.Equal(((HttpStatusCode)429, "rate_limit"), (refused.Status, refused.ErrorCode));
        stripe.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await wire.PostAsync("customers", "name=z", "key")).Status);
    }

    [Fact]
    public async Task Answers_carry_their_headers()
    {
        await using var stripe = await StandIn.StartAsync();
        var reply = await new Wire(stripe.Http).PostAsync("customers", "name=x", "key");
        Assert.StartsWith("req_", reply.Header("Request-Id"));
        Assert.Equal(StripeConfiguration.ApiVersion, reply.Header("Stripe-Version"));
        Assert.Equal("key", reply.Header("Idempotency-Key"));
    }

    [Fact]
    public async Task The_log_shows_what_was_asked_without_bodies()
    {
        await using var stripe = await StandIn.StartAsync();
        await new Wire(stripe.Http)
            .PostAsync("payment_methods", "type=card&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=2034", "key-1");
        var line = (await stripe.Control.GetAsync("requests?path=/v1/payment_methods")).AsArray().Single()!;
        Assert.Equal(("POST", "/v1/payment_methods", "key-1", 200),
            ((string?)line["method"], (string?)line["path"], (string?)line["idempotency_key"], (int)line["status"]!));
    }

    [Fact]
    public async Task A_card_number_is_nowhere_on_disk()
    {
        await using var stripe = await StandIn.StartAsync();
        await new Wire(stripe.Http).PostAsync("payment_methods",
            "type=card&card[number]=5555555555554444&card[exp_month]=1&card[exp_year]=2034&card[cvc]=987", "key-1");
        foreach (var file in System.IO.Directory.EnumerateFiles(stripe.Options.DataPath))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain("5555555555554444", await reader.ReadToEndAsync());
        }
    }
}
