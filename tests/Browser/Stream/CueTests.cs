using System.Net.Http.Headers;
using System.Net.Http.Json;
using static Microsoft.Playwright.Assertions;

namespace Marquee.Browser.Tests.Stream;

/// <summary>What the show says beside its picture, by the data channel of a real browser.</summary>
[Collection(StreamCollection.Name)]
public sealed class CueTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private Studio _studio = null!;
    private ShowRelay _relay = null!;

    public async ValueTask InitializeAsync() => (_studio, _relay) = await Studio.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _studio.DisposeAsync();
    }

    [Fact]
    public async Task Title_chapter_and_product_appear_as_they_are_cued_and_a_late_viewer_finds_them()
    {
        await _studio.GoLiveAsync(_relay.Publish());
        var viewer = await _studio.WatchAsync(_relay.Player());
        await viewer.PlaysAsync();
        await Expect(viewer.Page.Locator("h1")).ToHaveTextAsync("Watch night");

        await CueAsync("a", new { kind = "title", title = "Night kitchen" });
        await CueAsync("b", new { kind = "chapter", title = "Second course" });
        await CueAsync("c", new
        {
            kind = "product", sku = "pin", name = "Enamel pin", price = new { minorUnits = 1250, currency = "EUR" }, url = "https://shop.example/pin",
        });

        var late = await _studio.WatchAsync(_relay.Player());
        foreach (var page in new[] { viewer.Page, late.Page })
        {
            await Expect(page.Locator("#product")).ToHaveTextAsync("Enamel pin", new() { Timeout = 60_000 });
            await Expect(page.Locator("h1")).ToHaveTextAsync("Night kitchen");
            await Expect(page.Locator("#chapter")).ToHaveTextAsync("Second course");
            await Expect(page.Locator("#price")).ToContainTextAsync("12.50");
            await Expect(page.Locator("#buy")).ToHaveAttributeAsync("href", "https://shop.example/pin");
        }
        await Stage.KeepAsync(viewer.Page, "player-cue");

        await CueAsync("d", new { kind = "product-ended" });
        await Expect(viewer.Page.Locator("#card")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        Assert.Empty(viewer.Errors);
    }

    private async Task CueAsync(string id, object cue)
    {
        var publish = _relay.Publish();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_relay.Url, $"streams/{ShowRelay.EventId}/metadata"))
        {
            Content = JsonContent.Create(new { id, cue }),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", publish.Fragment["#token=".Length..]) },
        };
        // The body's length is known, so that it is not sent in chunks.
        await request.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
