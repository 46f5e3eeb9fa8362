using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Sales;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

/// <summary>The pick queue as its people have it in their hands: a real browser before the real endpoints.</summary>
public sealed class TabletTests : StaffPageScene
{
    [Fact]
    public async Task An_order_is_picked_packed_and_handed_over_on_the_tablet()
    {
        await Till.OrderAsync("o-soon", minutes: 3, quantity: 2);
        await Till.OrderAsync("o-later", minutes: 40);
        var (page, complaints) = await OpenAsync();
        await Expect(page.Locator("[data-column=pick] .card")).ToHaveCountAsync(2);
        await Expect(Card(page, "o-soon")).ToContainTextAsync("2 ×Shirt");
        await Expect(Card(page, "o-soon")).ToHaveAttributeAsync("data-due", "soon");

        await PressAsync(page, "o-soon", "Pick this");
        await PressAsync(page, "o-soon", "Picked");
        await PressAsync(page, "o-soon", "Packed");
        await PressAsync(page, "o-soon", "Hand over");
        await page.Locator("#code").FillAsync("wrong1");
        await page.Locator("#hand-over button.go").ClickAsync();
        await Expect(page.Locator("#attention")).ToContainTextAsync("not the code");
        await page.Locator("#attention button").ClickAsync();

        await PressAsync(page, "o-soon", "Hand over");
        await page.Locator("#code").FillAsync(Till.CodeOf("o-soon"));
        // As a scanner ends what it reads.
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#done")).ToContainTextAsync("handed over");
        Assert.Equal(PickState.HandedOver, Till.Pick("o-soon").State);
        Assert.Equal("kim", Till.Store.Read(r => PickRegister.Events(r, 0, 100)).Last(e => e.OrderId == "o-soon").By);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task What_is_done_while_the_gateway_is_away_is_done_when_it_is_back_also_after_a_reload()
    {
        await Till.OrderAsync("o-1");
        await Till.OrderAsync("o-2");
        var (page, _) = await OpenAsync();
        await Expect(page.Locator("[data-column=pick] .card")).ToHaveCountAsync(2);
        await page.WaitForFunctionAsync("navigator.serviceWorker.controller !== null");

        await Site.StopAsync();
        await PressAsync(page, "o-1", "Pick this");
        await PressAsync(page, "o-1", "Picked");
        await Expect(page.Locator("#line")).ToContainTextAsync("2 actions wait");
        await page.ReloadAsync();
        await Expect(page.Locator("#line")).ToContainTextAsync("2 actions wait");
        await PressAsync(page, "o-1", "Packed");
        // Somebody else was quicker with the second.
        await PressAsync(page, "o-2", "Pick this");
        await Till.TakeAsync(Counter.Action("o-2", PickVerb.Claim, "bob"));
        await KeepAsync(page, "fulfilment-away");
        Assert.Equal(PickState.Queued, Till.Pick("o-1").State);

        await Site.RestartAsync();
        await Expect(page.Locator("#line")).ToHaveTextAsync("Connected", new() { Timeout = 60_000 });
        Assert.Equal((PickState.Packed, PickState.Claimed), (Till.Pick("o-1").State, Till.Pick("o-2").State));
        await Expect(Card(page, "o-2")).ToContainTextAsync("bob is picking this.");
        await Expect(page.Locator("#attention")).ToContainTextAsync("bob is picking");
    }

    [Fact]
    public async Task A_scanned_receipt_hands_its_order_over()
    {
        await Till.OrderAsync("o-1");
        await Till.DoneAsync("o-1", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        var (page, _) = await OpenAsync();
        await Expect(page.Locator("[data-column=ready] .card")).ToHaveCountAsync(1);
        await page.Locator("#scanned").FillAsync($"marquee:o-1:{Till.CodeOf("o-1")}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#done")).ToContainTextAsync("handed over");
        Assert.Equal(PickState.HandedOver, Till.Pick("o-1").State);
    }

    [Fact]
    public async Task What_is_not_on_the_shelf_waits_for_goods_and_is_not_sold()
    {
        await Till.OrderAsync("o-1", quantity: 2);
        var (page, _) = await OpenAsync();
        await PressAsync(page, "o-1", "Pick this");
        await PressAsync(page, "o-1", "Missing");
        await page.Locator("#short button.warn").ClickAsync();
        await Expect(Card(page, "o-1")).ToContainTextAsync("Not on the shelf");
        await Expect(page.Locator("#line")).ToHaveTextAsync("Connected");
        Assert.Equal((PickState.BackOrdered, 0), (Till.Pick("o-1").State, Till.Remaining()));
    }

    [Fact]
    public async Task A_full_queue_is_readable_at_a_glance()
    {
        // For people to look at, in every state that there is.
        for (var i = 1; i <= 7; i++) await Till.OrderAsync($"order-{i}", minutes: (i * 6) - 8, quantity: i % 3 + 1, sku: i % 2 == 0 ? "poster" : "shirt");
        await Till.SellAsync(TestTill.Request("order-8") with { PromisedAt = Counter.Evening.AddHours(3), Lines = [new OrderLine("shirt", 2), new OrderLine("poster", 1)] });
        await Till.TakeAsync(Counter.Action("order-1", PickVerb.Claim, "kim"));
        await Till.TakeAsync(Counter.Action("order-2", PickVerb.Claim, "bob"));
        await Till.DoneAsync("order-3", PickVerb.Claim);
        await Till.TakeAsync(Counter.Action("order-3", PickVerb.Short, missing: [new OrderLine("shirt", 1)]));
        await Till.DoneAsync("order-5", PickVerb.Claim, PickVerb.Pick);
        await Till.DoneAsync("order-6", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        await Till.DoneAsync("order-7", PickVerb.Claim, PickVerb.Pick, PickVerb.Pack);
        var (page, complaints) = await OpenAsync();
        await Expect(page.Locator(".card")).ToHaveCountAsync(8);
        await KeepAsync(page, "fulfilment");
        await PressAsync(page, "order-6", "Hand over");
        await KeepAsync(page, "fulfilment-hand-over");
        await page.SetViewportSizeAsync(420, 860);
        await page.Keyboard.PressAsync("Escape");
        await KeepAsync(page, "fulfilment-phone");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        Assert.Empty(complaints);
    }

    private async Task<(IPage Page, List<string> Complaints)> OpenAsync()
    {
        var (page, complaints) = await OpenAsync("/staff/fulfilment");
        await page.Locator("#picker").FillAsync("kim");
        await page.Locator("#picker").PressAsync("Enter");
        await Expect(page.Locator("#line")).ToHaveTextAsync("Connected");
        return (page, complaints);
    }

    private static ILocator Card(IPage page, string orderId) => page.Locator($"[data-order={orderId}]");

    private static Task PressAsync(IPage page, string orderId, string button) =>
        Card(page, orderId).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true }).ClickAsync();
}
