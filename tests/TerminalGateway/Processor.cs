using System.Net.Http.Json;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Stripe;
using Stripe;

namespace Marquee.TerminalGateway.Tests;

/// <summary>The Stripe stand-in in this process, which a test can take away in every way it knows.</summary>
internal sealed class Processor : IAsyncDisposable
{
    public const string ApiKey = "sk_test_till";

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly StripeServer _server;

    private Processor(StripeServer server, TempFolder folder) => (_server, _folder) = (server, folder);

    public Uri Address => _server.Address;

    public static async Task<Processor> StartAsync()
    {
        var folder = new TempFolder();
        return new Processor(await StripeServer.StartAsync(new StripeOptions { DataPath = folder.Path }, TimeProvider.System), folder);
    }

    /// <summary>Modes: none, refuse, hang, error500, slow, lose_answer, rate_limit. Without a count until changed.</summary>
    public async Task SetOutageAsync(string mode, int? count = null)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Address, "_control/outage"), new { mode, count });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Forgets everything and is healthy again.</summary>
    public async Task ResetAsync()
    {
        using var answer = await _http.PostAsync(new Uri(Address, "_control/reset"), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Moves the processor's clock forward.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Address, "_control/clock/advance"), new { seconds = by.TotalSeconds });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every PaymentIntent there is, whatever its state.</summary>
    public async Task<IReadOnlyList<PaymentIntent>> IntentsAsync()
    {
        var client = new StripeClient(ApiKey, httpClient: new SystemNetHttpClient(_http, enableTelemetry: false), apiBase: Address.GetLeftPart(UriPartial.Authority));
        var options = new PaymentIntentListOptions { Limit = 100 };
        return await new PaymentIntentService(client).ListAutoPagingAsync(options).ToListAsync();
    }

    /// <summary>How much was charged for each order, one entry a charge.</summary>
    public async Task<ILookup<string, long>> ChargesAsync() =>
        (await IntentsAsync()).Where(i => i.Status == "succeeded").ToLookup(i => i.Metadata["order"], i => i.AmountReceived);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }
}
