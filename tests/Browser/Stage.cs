using System.Net.Http.Json;
using System.Text.Json;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Platform;
using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Parts;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Marquee.Browser.Tests.Stage))]

namespace Marquee.Browser.Tests;

/// <summary>A running platform and a real browser in front of it.</summary>
public sealed class Stage : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly TempFolder _folder = new();
    private PlatformHost _host = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    internal Uri Cloud => _host.Urls.Cloud;

    public async ValueTask InitializeAsync()
    {
        _host = await PlatformHost.StartAsync(
            new PlatformOptions { Repository = Repository.Find(), Data = new DataFolder(_folder.Path), Ports = PortPlan.Free(Environment.ProcessId) },
            _ => { },
            TestContext.Current.CancellationToken);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Stream.Chromium.Find(), Args = Arguments, Headless = true });
    }

    /// <summary>A host who has drafted an event of this id and can move it.</summary>
    internal async Task<DemoRun> DraftAsync(string id)
    {
        var run = new DemoRun(DemoPlan.Create(id, seed: 1, DemoSize.Smallest, Topology.PopIds), _host.Urls, _host.Secrets, TimeProvider.System, _ => { });
        await run.PrepareAsync(TestContext.Current.CancellationToken);
        return run;
    }

    /// <summary>The page at a PoP's relay with which an event's creator sends, ticket included.</summary>
    internal async Task<Uri> PublishPageAsync(string eventId, string popId)
    {
        using var http = new HttpClient { BaseAddress = Cloud };
        http.DefaultRequestHeaders.Add("x-functions-key", _host.Secrets.FunctionKey);
        using var answer = await http.PostAsJsonAsync($"api/events/{eventId}/stream-tokens", new { scope = "publish" }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString();
        return new Uri(_host.Urls.Pops[popId].Relay, $"publish/{eventId}#token={token}");
    }

    /// <summary>A fresh window. What it complains about, and what it asks for beyond this machine, is in the list.</summary>
    internal async Task<(IPage Page, List<string> Complaints)> OpenAsync()
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = Cloud.AbsoluteUri, ViewportSize = new ViewportSize { Width = 900, Height = 700 } });
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Host != "127.0.0.1") complaints.Add($"asked for {request.Url}");
        };
        return (page, complaints);
    }

    /// <summary>For people to look at, in TestResults.</summary>
    internal static Task KeepAsync(IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.Find().PathOf("TestResults", name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
    }
}
