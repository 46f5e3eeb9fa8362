using System.Net;

namespace Marquee.Local.Stripe.Tests.Wire;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private StandIn _stripe = null!;
    private Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StandIn.StartAsync();
        _wire = new Wire(_stripe.Http);
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    private const string Sale = "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true";

    [Fact]
    public async Task The_first_answer_is_given_again()
    {
        var first = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        var second = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        Assert.Equal(first.Text, second.Text);
        Assert.Null(first.Header("Idempotent-Replayed"));
        Assert.Equal("true", second.Header("Idempotent-Replayed"));
        Assert.Equal(first.Header("Request-Id"), second.Header("Original-Request"));
        Assert.NotEqual(first.Header("Request-Id"), second.Header("Request-Id"));
        Assert.Single((await _stripe.Client.V1.Charges.ListAsync()).Data);
    }

    [Fact]
    public async Task The_order_of_parameters_does_not_matter()
    {
        var first = await _wire.PostAsync("payment_intents", "amount=1000&currency=eur", "key");
        var second = await _wire.PostAsync("payment_intents", "currency=eur&amount=1000", "key");
        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public async Task Other_parameters_under_a_known_key_are_an_error()
    {
        await _wire.PostAsync("payment_intents", Sale, "sale-1");
        var other = await _wire.PostAsync("payment_intents", Sale.Replace("1000", "2000", StringComparison.Ordinal), "sale-1");
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (other.Status, other.ErrorType));
        var elsewhere = await _wire.PostAsync("customers", "name=x", "sale-1");
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (elsewhere.Status, elsewhere.ErrorType));
    }

    [Fact]
    public async Task A_decline_is_kept()
    {
        var declined = Sale.Replace("pm_card_visa", "pm_card_chargeDeclined", StringComparison.Ordinal);
        var first = await _wire.PostAsync("payment_intents", declined, "sale-1");
        var second = await _wire.PostAsync("payment_intents", declined, "sale-1");
        Assert.Equal(HttpStatusCode.PaymentRequired, second.Status);
        Assert.Equal(first.Text, second.Text);
        Assert.Single((await _stripe.Client.V1.Charges.ListAsync()).Data);
    }

    [Fact]
    public async Task A_500_is_kept_too()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "error500", count = 1 });
        var first = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        var second = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError), (first.Status, second.Status));
        Assert.Equal("true", second.Header("Idempotent-Replayed"));
        Assert.Equal(HttpStatusCode.OK, (await _wire.PostAsync("payment_intents", Sale, "sale-2")).Status);
    }

    [Fact]
    public async Task What_fails_validation_is_not_kept()
    {
        var wrong = await _wire.PostAsync("payment_intents", "amount=ten&currency=eur", "sale-1");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Equal(HttpStatusCode.OK, (await _wire.PostAsync("payment_intents", Sale, "sale-1")).Status);
    }

    [Fact]
    public async Task A_refusal_from_within_the_endpoint_is_kept_even_when_its_reason_is_gone()
    {
        var creator = await _stripe.CreatorAsync();
        var transfer = $"amount=1000&currency=eur&destination={creator.Id}";
        Assert.Equal("balance_insufficient", (await _wire.PostAsync("transfers", transfer, "transfer-1")).ErrorCode);
        await _stripe.FundsAsync(10_000);
        Assert.Equal("balance_insufficient", (await _wire.PostAsync("transfers", transfer, "transfer-1")).ErrorCode);
        Assert.Equal(HttpStatusCode.OK, (await _wire.PostAsync("transfers", transfer, "transfer-2")).Status);
    }

    [Fact]
    public async Task A_key_in_use_is_a_conflict_that_is_not_kept()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "hang" });
        Task<Reply>[] both = [_wire.PostAsync("payment_intents", Sale, "sale-1"), _wire.PostAsync("payment_intents", Sale, "sale-1")];
        var second = await Task.WhenAny(both);
        Assert.Equal((HttpStatusCode.Conflict, "idempotency_key_in_use"), ((await second).Status, (await second).ErrorCode));
        await _stripe.Control.PostAsync("outage", new { mode = "none" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => both.Single(task => task != second));
        Assert.Equal(HttpStatusCode.OK, (await _wire.PostAsync("payment_intents", Sale, "sale-1")).Status);
    }

    [Fact]
    public async Task Keys_are_apart_for_each_account()
    {
        var creator = await _stripe.CreatorAsync();
        var mine = await _wire.PostAsync("customers", "name=x", "key");
        var theirs = await _wire.PostAsync("customers", "name=x", "key", account: creator.Id);
        Assert.NotEqual((string?)mine.Json["id"], (string?)theirs.Json["id"]);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_24_hours()
    {
        var first = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        await _stripe.Control.AdvanceAsync(TimeSpan.FromHours(24));
        var second = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        Assert.NotEqual((string?)first.Json["id"], (string?)second.Json["id"]);
    }

    [Fact]
    public async Task A_key_of_256_characters_is_too_long() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _wire.PostAsync("customers", "name=x", new string('k', 256))).Status);

    [Fact]
    public async Task A_lost_answer_is_found_again_under_its_key()
    {
        await _stripe.Control.PostAsync("outage", new { mode = "lose_answer", count = 1 });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _wire.PostAsync("payment_intents", Sale, "sale-1"));
        var again = await _wire.PostAsync("payment_intents", Sale, "sale-1");
        Assert.Equal((HttpStatusCode.OK, "true"), (again.Status, again.Header("Idempotent-Replayed")));
        Assert.Single((await _stripe.Client.V1.Charges.ListAsync()).Data);
    }
}
