using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marquee.Browser.Tests.Stream;

/// <summary>The show where its audience looks for it: on the event's page, through the whole platform.</summary>
[Collection(StreamCollection.Name)]
public sealed class EventPageShowTests(Stage stage)
{
    [Fact]
    public async Task The_show_is_on_the_page_of_its_event_as_soon_as_that_is_live()
    {
        using var run = await stage.DraftAsync("show");
        await run.CommandAsync("announce", "rehearsed", TestContext.Current.CancellationToken);
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync();
        await page.GotoAsync(new Uri(stage.Cloud, "e/demo-show").AbsoluteUri);
        await Expect(page.Locator("#live")).ToBeHiddenAsync();

        await run.CommandAsync("open", "live", TestContext.Current.CancellationToken);
        var creator = await chromium.OpenAsync();
        await creator.GotoAsync((await stage.PublishPageAsync("demo-show", "berlin")).AbsoluteUri);
        await creator.ClickAsync("#camera");
        await creator.ClickAsync("#go");

        var player = page.FrameLocator("#live iframe");
        await Expect(player.Locator(".show")).ToHaveAttributeAsync("data-state", "up", new LocatorAssertionsToHaveAttributeOptions { Timeout = 120_000 });
        await Expect(player.Locator("#curtain")).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 60_000 });
        Assert.DoesNotContain("token", await page.Locator("#live iframe").GetAttributeAsync("src"));
        await Stage.KeepAsync(page, "event-page-show");
    }
}
