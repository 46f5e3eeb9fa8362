using System.Net.Http.Json;
using Marquee.EdgeSync.Tests;
using Marquee.Local.Stripe;
using Stripe;
using Stripe.Terminal;

namespace Marquee.TerminalGateway.Tests;

/// <summary>The Stripe stand-in in this process, which a test can take away in every way it knows.</summary>
internal sealed class Processor : IAsyncDisposable
{
    public const string ApiKey = "sk_test_till";

    private readonly TempFolder _folder;
    private readonly HttpClient _http = new();
    private readonly StripeServer _server;

    private Processor(StripeServer server, TempFolder folder) => (_server, _folder) = (server, folder);

    public Uri Address => _server.Address;

    public static async Task<Processor> StartAsync()
    {
        var folder = new TempFolder();
        return new Processor(await StripeServer.StartAsync(new StripeOptions { DataPath = folder.Path }, TimeProvider.System), folder);
    }

    /// <summary>
    /// Modes: none, refuse, hang, error500, slow, lose_answer, rate_limit. Without a count until changed; so many requests pass unharmed
    /// before it.
    /// </summary>
    public async Task SetOutageAsync(string mode, int? count = null, int after = 0)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Address, "_control/outage"), new { mode, count, after });
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

    /// <summary>The next payments are declined.</summary>
    public Task DeclineNextAsync(string declineCode, int count = 1) => ControlAsync("next_decline", new { declineCode, count });

    /// <summary>A customer pays by a link. False when nobody can any more.</summary>
    public async Task<bool> TryPayAsync(string linkId)
    {
        using var answer = await _http.PostAsync(new Uri(Address, $"_control/payment_links/{linkId}/pay"), null);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>A customer opens a link's page and leaves it at that.</summary>
    public Task OpenPageAsync(string linkId) => ControlAsync($"payment_links/{linkId}/open");

    /// <summary>Every page that any link was opened to.</summary>
    public async Task<IReadOnlyList<Stripe.Checkout.Session>> PagesAsync() =>
        await new Stripe.Checkout.SessionService(Client()).ListAutoPagingAsync(new Stripe.Checkout.SessionListOptions { Limit = 100 }).ToListAsync();

    /// <summary>Every payment link there is.</summary>
    public async Task<IReadOnlyList<PaymentLink>> LinksAsync() =>
        await new PaymentLinkService(Client()).ListAutoPagingAsync(new PaymentLinkListOptions { Limit = 100 }).ToListAsync();

    private async Task ControlAsync(string path, object? body = null)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Address, "_control/" + path), body ?? new { });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every PaymentIntent there is, whatever its state.</summary>
    public async Task<IReadOnlyList<PaymentIntent>> IntentsAsync() =>
        await new PaymentIntentService(Client()).ListAutoPagingAsync(new PaymentIntentListOptions { Limit = 100 }).ToListAsync();

    /// <summary>Every refund there is.</summary>
    public async Task<IReadOnlyList<Refund>> RefundsAsync() =>
        await new RefundService(Client()).ListAutoPagingAsync(new RefundListOptions { Limit = 100 }).ToListAsync();

    /// <summary>What the processor holds and has not captured, in minor units.</summary>
    public async Task<long> HeldAsync() => (await IntentsAsync()).Where(i => i.Status == "requires_capture").Sum(i => i.AmountCapturable);

    /// <summary>Captured less refunded, in minor units.</summary>
    public async Task<long> KeptAsync() =>
        (await IntentsAsync()).Where(i => i.Status == "succeeded").Sum(i => i.AmountReceived) - (await RefundsAsync()).Where(r => r.Status == "succeeded").Sum(r => r.Amount);

    /// <summary>A simulated reader at a new location.</summary>
    public async Task<Reader> ReaderAsync()
    {
        var location = await new LocationService(Client()).CreateAsync(new LocationCreateOptions
        {
            DisplayName = "Venue",
            Address = new AddressOptions { Line1 = "Kai 1", City = "Berlin", Country = "DE", PostalCode = "10115" },
        });
        return await new ReaderService(Client()).CreateAsync(new ReaderCreateOptions { RegistrationCode = "simulated-wpe", Location = location.Id, Label = "Bar" });
    }

    public Task<Reader> FindReaderAsync(string readerId) => new ReaderService(Client()).GetAsync(readerId);

    /// <summary>Somebody holds a card to the reader; a good one unless a number is given.</summary>
    public async Task PresentAsync(string readerId, string? number = null)
    {
        var options = new Stripe.TestHelpers.Terminal.ReaderPresentPaymentMethodOptions();
        if (number is not null) (options.Type, options.CardPresent) = ("card_present", new() { Number = number });
        await new Stripe.TestHelpers.Terminal.ReaderService(Client()).PresentPaymentMethodAsync(readerId, options);
    }

    private StripeClient Client() =>
        new(ApiKey, httpClient: new SystemNetHttpClient(_http, enableTelemetry: false), apiBase: Address.GetLeftPart(UriPartial.Authority));

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
