using System.Text.Json;
using System.Text.Json.Serialization;
using Marquee.EdgeSync.Hosting;
using Marquee.TerminalGateway.Debts;
using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Fulfilment.Hooks;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Stock;
using Marquee.TerminalGateway.Tonight;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

/// <summary>A till's staff pages and their endpoints, which can go away and come back at the same address.</summary>
internal sealed class StaffSite : IAsyncDisposable
{
    private readonly TestTill _till;
    private WebApplication _app;

    private StaffSite(TestTill till, WebApplication app, Uri address) => (_till, _app, Address) = (till, app, address);

    public Uri Address { get; }

    public static async Task<StaffSite> StartAsync(TestTill till)
    {
        var app = await OpenAsync(till, "http://127.0.0.1:0");
        return new StaffSite(till, app, new Uri(app.Urls.Single()));
    }

    public async Task StopAsync() => await _app.DisposeAsync();

    public async Task RestartAsync() => _app = await OpenAsync(_till, Address.GetLeftPart(UriPartial.Authority));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<WebApplication> OpenAsync(TestTill till, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
        builder.Services
            .AddSingleton(_ => till.Services.GetRequiredService<TimeProvider>())
            .AddSingleton(_ => till.Services.GetRequiredService<PickDesk>())
            .AddSingleton(_ => till.Services.GetRequiredService<HookQueue>())
            .AddSingleton(_ => till.Services.GetRequiredService<AdjustmentBook>())
            .AddSingleton(_ => till.Services.GetRequiredService<JournalProof>())
            .AddSingleton(_ => till.Services.GetRequiredService<EdgeSettings>())
            .AddSingleton(_ => till.Services.GetRequiredService<DebtDesk>())
            .AddSingleton(till.Breaker)
            .AddSingleton(till.Outbox)
            .AddSingleton(till.Store);
        var app = builder.Build();
        var staff = app.MapGroup("/v1/staff").AddEndpointFilter(new StaffAccess(till.Settings));
        staff.MapFulfilment();
        staff.MapStock();
        staff.MapReconciliation();
        staff.MapDebts();
        app.MapFulfilmentPage();
        app.MapTonightPage();
        await app.StartAsync();
        return app;
    }
}
