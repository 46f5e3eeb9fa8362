using Marquee.Browser.Tests.Stream;
using Marquee.EdgeSync.Tests;
using Marquee.TerminalGateway.Sales.Operations;
using Marquee.TerminalGateway.Sales.Tenders;
using Marquee.TerminalGateway.Tests.Fulfilment;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marquee.TerminalGateway.Tests.Tonight;

/// <summary>The evening's page in a real browser before the real endpoint.</summary>
public sealed class TonightPageTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Counter.Evening);
    private Processor _processor = null!;
    private TestTill _till = null!;
    private StaffSite _site = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _processor = await Processor.StartAsync();
        _till = new TestTill(_folder.Path, _processor.Address, _time);
        await _till.ConfigureAsync(1, TestTill.Configuration(shirts: 50, posters: 50));
        _site = await StaffSite.StartAsync(_till);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Chromium.Find(), Args = ["--headless", "--no-sandbox", "--disable-gpu"], Headless = true });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _site.DisposeAsync();
        await _till.DisposeAsync();
        await _processor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_evening_is_read_at_a_glance_also_while_the_processor_and_then_the_gateway_are_away()
    {
        await EveningAsync();
        var complaints = new List<string>();
        var page = await OpenAsync(complaints);
        await Expect(page.Locator("#line")).ToContainTextAsync("selling offline");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("€37.50 at risk in 2 sales, the oldest 23 min. 1 sale declined after the goods were gone.");
        await Expect(page.Locator("#matched")).ToContainTextAsync("Not forwarded yet");
        await Expect(page.Locator("#terminals tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#differences")).ToContainTextAsync("o-bad");
        await Expect(page.Locator("#journal")).ToContainTextAsync("entries verified");
        await KeepAsync(page, "tonight");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await KeepAsync(page, "tonight-dark");
        await page.SetViewportSizeAsync(420, 860);
        await KeepAsync(page, "tonight-phone");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
        Assert.Empty(complaints);

        await _site.StopAsync();
        await Expect(page.Locator("#line")).ToContainTextAsync("Gateway away: figures of");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("€37.50 at risk");
    }

    [Fact]
    public async Task A_quiet_evening_is_accounted_for()
    {
        await _till.SellAsync(TestTill.Request("o-1"));
        var page = await OpenAsync([]);
        await Expect(page.Locator("#verdict")).ToHaveTextAsync("Everything is accounted for.");
        await Expect(page.Locator("#differences")).ToContainTextAsync("None");
        await Expect(page.Locator("#line")).ToHaveTextAsync("Processor reached");
    }

    // Something of everything: online, cash, a debt, sales at risk, a refund that waits.
    private async Task EveningAsync()
    {
        await _till.SellAsync(TestTill.Request("o-1", quantity: 3, tip: 250));
        await _till.SellAsync(TestTill.Request("o-2", quantity: 2) with { TerminalId = "terminal-2", PaymentMethod = null, Tenders = [new(TenderMeans.Cash)] });
        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-good", quantity: 2));
        await _till.SellAsync(TestTill.Request("o-bad", card: "pm_card_chargeDeclined"));
        await _processor.SetOutageAsync("none");
        for (var round = 0; round < 10; round++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await _till.ForwardAsync();
        }

        await _processor.SetOutageAsync("refuse");
        await _till.SellAsync(TestTill.Request("o-3", quantity: 2) with { TerminalId = "terminal-2" });
        _time.Advance(TimeSpan.FromMinutes(23));
        await _till.SellAsync(TestTill.Request("o-4"));
        await _till.Operations.RefundAsync("o-1", new RefundRequest("op-1", "terminal-1", 1_000));
    }

    private async Task<IPage> OpenAsync(List<string> complaints)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = _site.Address.AbsoluteUri,
            Locale = "en-GB",
            ViewportSize = new ViewportSize { Width = 1180, Height = 820 },
            HttpCredentials = new HttpCredentials { Username = "staff", Password = "staff" },
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        SetDefaultExpectTimeout(30_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync("/staff/tonight");
        return page;
    }

    private static async Task KeepAsync(IPage page, string name) => await page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "TestResults", name + ".png"), FullPage = true });
}
