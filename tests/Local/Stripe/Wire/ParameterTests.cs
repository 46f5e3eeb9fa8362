using System.Net;

namespace Marquee.Local.Stripe.Tests.Wire;

public sealed class ParameterTests : IAsyncLifetime
{
    private StandIn _stripe = null!;
    private Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _stripe = await StandIn.StartAsync();
        _wire = new Wire(_stripe.Http);
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Theory]
    [InlineData("amount=500&currency=eur&colour=red", "parameter_unknown", "colour")]
    [InlineData("amount=500&currency=eur&automatic_payment_methods[enabled]=true&automatic_payment_methods[speed]=1",
        "parameter_unknown", "automatic_payment_methods[speed]")]
    [InlineData("currency=eur", "parameter_missing", "amount")]
    [InlineData("amount=500&currency=", "parameter_invalid_empty", "currency")]
    [InlineData("amount=5.00&currency=eur", "parameter_invalid_integer", "amount")]
    [InlineData("amount=500&currency=eur&confirm=maybe", "parameter_invalid_boolean", "confirm")]
    [InlineData("amount=500&currency=eur&capture_method=later", null, "capture_method")]
    [InlineData("amount=500&currency=eur&metadata[a][b]=1", "parameter_invalid_string", "metadata[a]")]
    [InlineData("amount=500&currency=eur&payment_method_types=card", "parameter_invalid_array", "payment_method_types")]
    [InlineData("amount=500&currency=eur&shipping[name]=x", "parameter_missing", "shipping[address]")]
    public async Task What_the_description_does_not_know_is_refused_by_name(string body, string? code, string param)
    {
        var reply = await _wire.PostAsync("payment_intents", body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(("invalid_request_error", code, param), (reply.ErrorType, reply.ErrorCode, reply.ErrorParam));
        Assert.Empty((await _stripe.Client.V1.PaymentIntents.ListAsync()).Data);
    }

    [Fact]
    public async Task Query_parameters_are_checked_too()
    {
        Assert.Equal("parameter_unknown", (await _wire.GetAsync("charges?sort=up")).ErrorCode);
        Assert.Equal("parameter_invalid_integer", (await _wire.GetAsync("charges?limit=many")).ErrorCode);
        Assert.Equal("limit", (await _wire.GetAsync("charges?limit=101")).ErrorParam);
    }

    [Fact]
    public async Task An_unknown_path_is_404()
    {
        var reply = await _wire.GetAsync("wishes");
        Assert.Equal((HttpStatusCode.NotFound, "invalid_request_error"), (reply.Status, reply.ErrorType));
        Assert.Contains("Unrecognized request URL", reply.Text);
    }

    [Fact]
    public async Task An_operation_that_is_Stripe_s_but_not_played_says_so()
    {
        var reply = await _wire.GetAsync("topups");
        Assert.Equal((HttpStatusCode.NotImplemented, "not_in_stand_in"), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task Lists_come_indexed_or_bare_and_texts_percent_encoded()
    {
        var indexed = await _wire.PostAsync("payment_intents",
            "amount=500&currency=eur&payment_method_types[0]=card&description=a%20b%2Bc+d&metadata[k%5B]=v");
        Assert.Equal("a b+c d", (string?)indexed.Json["description"]);
        var bare = await _wire.PostAsync("payment_intents",
            "amount=500&currency=eur&payment_method_types[]=card&payment_method_types[]=card_present");
        Assert.Equal(2, bare.Json["payment_method_types"]!.AsArray().Count);
    }

    [Fact]
    public async Task Metadata_is_merged_cleared_by_key_and_cleared_whole()
    {
        var id = (string?)(await _wire.PostAsync("customers", "metadata[a]=1&metadata[b]=2")).Json["id"];
        var merged = await _wire.PostAsync($"customers/{id}", "metadata[a]=&metadata[c]=3");
        Assert.Equal("""{"b":"2","c":"3"}""", merged.Json["metadata"]!.ToJsonString());
        Assert.Equal("{}", (await _wire.PostAsync($"customers/{id}", "metadata=")).Json["metadata"]!.ToJsonString());
    }
}
