using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Tests.Fulfilment;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marquee.TerminalGateway.Tests.Tonight;

/// <summary>The evening's page in a real browser before the real endpoint.</summary>
public sealed class TonightPageTests() : StaffPageScene(locale: "en-GB")
{
    private Processor _processor = null!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_processor is not null) await _processor.DisposeAsync();
    }

    [Fact]
    public async Task The_evening_is_read_at_a_glance_also_while_the_processor_and_then_the_gateway_are_away()
    {
        await EveningAsync();
        var (page, complaints) = await OpenAsync("/staff/tonight");
        await Expect(page.Locator("#line")).ToContainTextAsync("selling offline");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("€37.50 at risk in 2 sales, the oldest 23 min. 1 sale declined after the goods were gone, €12.50 owed.");
        await Expect(page.Locator("#matched")).ToContainTextAsync("Not forwarded yet");
        await Expect(page.Locator("#terminals tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#differences")).ToContainTextAsync("o-bad");
        await Expect(page.Locator("#journal")).ToContainTextAsync("entries verified");
        await KeepAsync(page, "tonight", fullPage: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await KeepAsync(page, "tonight-dark", fullPage: true);
        await page.SetViewportSizeAsync(420, 860);
        await KeepAsync(page, "tonight-phone", fullPage: true);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        Assert.Empty(complaints);

        await Site.StopAsync();
        await Expect(page.Locator("#line")).ToContainTextAsync("Gateway away: figures of");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("€37.50 at risk");
    }

    [Fact]
    public async Task A_quiet_evening_is_accounted_for()
    {
        await Till.SellAsync(TestTill.Request("o-1"));
        var (page, _) = await OpenAsync("/staff/tonight");
        await Expect(page.Locator("#verdict")).ToHaveTextAsync("Everything is accounted for.");
        await Expect(page.Locator("#differences")).ToContainTextAsync("None");
        await Expect(page.Locator("#line")).ToHaveTextAsync("Processor reached");
    }

    // Something of everything: online, cash, a debt, sales at risk, a refund that waits.
    private async Task EveningAsync()
    {
        await Till.SellAsync(TestTill.Request("o-1", quantity: 3, tip: 250));
        await Till.SellAsync(TestTill.Request("o-2", quantity: 2) with { TerminalId = "terminal-2", PaymentMethod = null, Tenders = [new(TenderMeans.Cash)] });
        await _processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-good", quantity: 2));
        await Till.SellAsync(TestTill.Request("o-bad", card: "pm_card_chargeDeclined"));
        await _processor.SetOutageAsync("none");
        for (var round = 0; round < 10; round++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await Till.ForwardAsync();
        }

        await _processor.SetOutageAsync("refuse");
        await Till.SellAsync(TestTill.Request("o-3", quantity: 2) with { TerminalId = "terminal-2" });
        Time.Advance(TimeSpan.FromMinutes(23));
        await Till.SellAsync(TestTill.Request("o-4"));
        await Till.Operations.RefundAsync("o-1", new RefundRequest("op-1", "terminal-1", 1_000));
    }

    private protected override async Task<TestTill> StartTillAsync()
    {
        _processor = await Processor.StartAsync();
        return new TestTill(Folder.Path, _processor.Address, Time);
    }
}
