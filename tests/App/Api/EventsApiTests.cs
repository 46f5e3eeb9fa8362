using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Marquee.App.Tests.Running;

namespace Marquee.App.Tests.Api;

public sealed class EventsApiTests(Azurite azurite) : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private Cloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await Cloud.StartAsync(azurite, Stop);

    public ValueTask DisposeAsync() => _cloud.DisposeAsync();

    [Fact]
    public async Task All_that_is_wrong_with_a_request_is_said_at_once()
    {
        var answer = await _cloud.Http.PutAsJsonAsync("api/events/x", new { template = "circus", popIds = new[] { "berlin", "berlin" } }, Stop);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>(Stop))!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("invalid_request", (string?)problem["code"]);
        Assert.Equal(
            ["currency", "eventId", "popIds", "split", "startsAt", "template", "title", "venueId"],
            problem["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Json_that_is_none_is_answered_with_a_code()
    {
        using var body = new StringContent("{\"title\":", Encoding.UTF8, "application/json");
        var answer = await _cloud.Http.PutAsync(new Uri("api/events/some-event", UriKind.Relative), body, Stop);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task A_body_past_the_bound_is_refused()
    {
        using var body = new StringContent($"{{\"title\":\"{new string('a', 300_000)}\"}}", Encoding.UTF8, "application/json");
        var answer = await _cloud.Http.PutAsync(new Uri("api/events/some-event", UriKind.Relative), body, Stop);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Theory]
    [InlineData("api/events/nobody-knows", "unknown_event")]
    [InlineData("api/venues/nobody-knows", "unknown_venue")]
    [InlineData("api/creators/nobody-knows", "unknown_creator")]
    [InlineData("api/events/nobody-knows/statement", "unknown_event")]
    [InlineData("e/nobody-knows", "unknown_event")]
    public async Task What_is_not_there_is_404_with_a_code(string path, string code)
    {
        var answer = await _cloud.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);
        Assert.Equal((HttpStatusCode.NotFound, code), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task Without_a_key_the_api_is_closed_and_the_pages_are_open()
    {
        using var stranger = new HttpClient { BaseAddress = _cloud.Http.BaseAddress };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri("api/events", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(new Uri("programme", UriKind.Relative), Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(new Uri("api/health", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task A_draft_has_no_page_and_an_announced_event_has_one()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        Assert.Equal(HttpStatusCode.NotFound, (await _cloud.Http.GetAsync(new Uri($"e/{popUp.Id}", UriKind.Relative), Stop)).StatusCode);

        await popUp.CommandAsync("announce");
        await _cloud.PhaseAsync(popUp.Id, "announced");
        var page = await _cloud.Http.GetStringAsync(new Uri($"e/{popUp.Id}", UriKind.Relative), Stop);
        Assert.Contains("Watch night", page, StringComparison.Ordinal);
        Assert.Equal("announced", (string?)(await _cloud.GetAsync($"e/{popUp.Id}/state"))["phase"]);
    }

    [Fact]
    public async Task A_draft_can_be_cancelled_and_then_not_announced()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.CommandAsync("cancel");
        await _cloud.PhaseAsync(popUp.Id, "cancelled");

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => popUp.CommandAsync("announce"));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task An_announced_event_refuses_changes()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        await popUp.CommandAsync("announce");
        await _cloud.PhaseAsync(popUp.Id, "announced");

        foreach (var (path, body) in new[] { ($"api/events/{popUp.Id}", popUp.Request()), ($"api/events/{popUp.Id}/products/shirt", popUp.Product("Shirt", 1, 0)) })
        {
            var answer = await _cloud.Http.PutAsJsonAsync(path, body, Stop);
            Assert.Equal((HttpStatusCode.Conflict, "event_fixed"), (answer.StatusCode, await CodeAsync(answer)));
        }
    }

    [Fact]
    public async Task A_product_says_who_may_buy_it()
    {
        var popUp = await PopUp.DraftAsync(_cloud);
        var path = $"api/events/{popUp.Id}/products/gin";
        var gin = new { name = "Gin", unitPriceMinorUnits = 4_900, taxBasisPoints = 1_900, quotas = new Dictionary<string, int>(), identity = "age_over_18", highTicket = true };
        await _cloud.PutAsync(path, gin);
        var products = (await _cloud.GetAsync($"api/events/{popUp.Id}"))["products"]!.AsArray();
        var kept = products.Single(product => (string?)product!["sku"] == "gin")!;
        Assert.Equal(("age_over_18", true), ((string?)kept["identity"], (bool?)kept["highTicket"]));

        var answer = await _cloud.Http.PutAsJsonAsync(path, new { gin.name, gin.unitPriceMinorUnits, gin.taxBasisPoints, gin.quotas, identity = "adults" }, Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_webhook_without_its_signature_is_refused()
    {
        using var body = new StringContent("{\"id\":\"evt_1\",\"object\":\"event\"}", Encoding.UTF8, "application/json");
        body.Headers.Add("Stripe-Signature", "t=1,v1=00");
        var answer = await _cloud.Http.PostAsync(new Uri("api/stripe/webhook", UriKind.Relative), body, Stop);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_signature"), (answer.StatusCode, await CodeAsync(answer)));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"];
}
