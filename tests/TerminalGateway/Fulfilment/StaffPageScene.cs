using Marquee.Browser.Tests.Stream;
using Marquee.EdgeSync.Tests;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

/// <summary>A staff page as its people have it in their hands: a real browser on a tablet before the real endpoints of a till.</summary>
/// <param name="locale">The tablet's; the browser's own when null.</param>
public abstract class StaffPageScene(string? locale = null) : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private protected TempFolder Folder { get; } = new();

    private protected FakeTimeProvider Time { get; } = new(Counter.Evening);

    private protected TestTill Till { get; private set; } = null!;

    private protected StaffSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Till = await StartTillAsync();
        await Till.ConfigureAsync(1, TestTill.Configuration(shirts: 50, posters: 50));
        Site = await StaffSite.StartAsync(Till);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Chromium.Find(), Args = ["--headless", "--no-sandbox", "--disable-gpu"], Headless = true });
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (Site is not null) await Site.DisposeAsync();
        if (Till is not null) await Till.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The till on <see cref="Folder"/>; one without a processor unless a class needs more.</summary>
    private protected virtual Task<TestTill> StartTillAsync() => Task.FromResult(Counter.Start(Folder.Path, Time));

    /// <summary>A fresh window at a page, and what it complains about.</summary>
    private protected async Task<(IPage Page, List<string> Complaints)> OpenAsync(string path)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Site.Address.AbsoluteUri,
            Locale = locale,
            ViewportSize = new ViewportSize { Width = 1180, Height = 820 },
            HttpCredentials = new HttpCredentials { Username = "staff", Password = "staff" },
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        SetDefaultExpectTimeout(30_000);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        await page.GotoAsync(path);
        return (page, complaints);
    }

    /// <summary>For people to look at, in TestResults.</summary>
    private protected static Task KeepAsync(IPage page, string name, bool fullPage = false) => page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "TestResults", name + ".png"), FullPage = fullPage });
}
