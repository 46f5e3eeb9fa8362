using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Tests.Wire;

public sealed class DescriptionTests
{
    [Fact]
    public void Every_addition_to_Stripe_s_description_has_its_reason() =>
        Assert.All(Tables.Read("operations.additions.json").Object("operations")!, addition =>
            Assert.NotEmpty(addition.Value!.AsObject().Text("reason")!));

    [Fact]
    public void Everything_played_is_an_operation_of_the_description()
    {
        var catalog = new OperationCatalog();
        var routes = Books.Routes(catalog);
        Assert.True(catalog.All.Count(operation => routes.Plays(operation.Name)) > 100);
    }

    [Fact]
    public void Fixed_segments_win_over_holes()
    {
        var catalog = new OperationCatalog();
        Assert.Equal("GET /v1/charges/search", catalog.Find("GET", "/v1/charges/search")!.Value.Operation.Name);
        Assert.Equal("ch_1", catalog.Find("GET", "/v1/charges/ch_1")!.Value.Holes["charge"]);
    }

    [Theory]
    [InlineData("a=1&b[c]=2&b[d][e]=3", """{"a":"1","b":{"c":"2","d":{"e":"3"}}}""")]
    [InlineData("x[]=1&x[]=2", """{"x":{"0":"1","1":"2"}}""")]
    [InlineData("x[1][y]=b&x[0][y]=a", """{"x":{"1":{"y":"b"},"0":{"y":"a"}}}""")]
    [InlineData("m[%5Bodd%5D]=v", """{"m":{"[odd]":"v"}}""")]
    [InlineData("empty=", """{"empty":""}""")]
    [InlineData("", "{}")]
    public void Nested_forms_are_read_as_trees(string form, string tree) => Assert.Equal(tree, FormBody.Parse(form).ToJsonString());

    [Fact]
    public void A_form_that_contradicts_itself_or_is_too_big_is_refused()
    {
        Assert.Throws<ApiError>(() => FormBody.Parse("a=1&a[b]=2"));
        Assert.Throws<ApiError>(() => FormBody.Parse("a" + string.Concat(Enumerable.Repeat("[b]", 20)) + "=1"));
        Assert.Throws<ApiError>(() => FormBody.Parse(string.Join('&', Enumerable.Repeat("a=1", FormBody.PairsMax + 1))));
    }

    [Fact]
    public void The_events_carry_the_version_that_Stripe_net_is_pinned_to() =>
        Assert.Equal(global::Stripe.StripeConfiguration.ApiVersion, Tables.Read("settlement.json").Text("apiVersion"));

    [Fact]
    public void Fields_of_ours_are_not_shown() =>
        Assert.Equal("""{"a":{"b":[{"c":1}]}}""", View.Public(JsonNode.Parse("""{"_x":1,"a":{"_y":2,"b":[{"c":1,"_z":3}]}}""")!.AsObject()).ToJsonString());
}
