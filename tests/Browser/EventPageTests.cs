using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marquee.Browser.Tests;

/// <summary>What buyers see, in the browser that they see it in.</summary>
public sealed class EventPageTests(Stage stage)
{
    private static readonly LocatorAssertionsToHaveTextOptions Patiently = new() { Timeout = 60_000 };

    [Fact]
    public async Task The_page_shows_what_is_on_and_follows_the_event_without_being_reloaded()
    {
        using var run = await stage.DraftAsync("page");
        await run.CommandAsync("announce", "rehearsed", Token);
        var (page, complaints) = await stage.OpenAsync();

        await page.GotoAsync("/e/demo-page");

        await Expect(page).ToHaveTitleAsync("Demo night page · Marquee");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Demo night page");
        await Expect(page.Locator(".where")).ToContainTextAsync("Kiez Hall");
        await Expect(page.Locator(".products li")).ToHaveCountAsync(3);
        await Expect(page.Locator(".products li", new PageLocatorOptions { HasText = "Enamel pin" })).ToContainTextAsync("5.00 EUR");
        await Expect(page.Locator("#countdown")).ToContainTextAsync("Doors open in 0 h");
        await Stage.KeepAsync(page, "event-page-rehearsed");
        var before = await page.Locator("#phase").TextContentAsync();

        // A mark that a reload would wipe out.
        await page.EvaluateAsync("window.mark = 1");
        await run.CommandAsync("open", "live", Token);

        await Expect(page.Locator("#phase")).Not.ToHaveTextAsync(before!, Patiently);
        await Expect(page.Locator("main.event")).ToHaveAttributeAsync("data-phase", "live");
        await Expect(page.Locator("#countdown")).ToBeHiddenAsync();
        Assert.Equal(1, await page.EvaluateAsync<int>("window.mark"));
        await Stage.KeepAsync(page, "event-page-live");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_programme_leads_to_the_event()
    {
        using var run = await stage.DraftAsync("programme");
        await run.CommandAsync("announce", "rehearsed", Token);
        var (page, complaints) = await stage.OpenAsync();

        await page.GotoAsync("/programme");
        await Stage.KeepAsync(page, "programme");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Demo night programme" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Demo night programme");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_draft_has_no_page()
    {
        using var run = await stage.DraftAsync("secret");
        var (page, _) = await stage.OpenAsync();

        var answer = await page.GotoAsync("/e/demo-secret");

        Assert.Equal(404, answer!.Status);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
