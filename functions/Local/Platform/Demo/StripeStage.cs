using System.Text.Json;

namespace Marquee.Local.Platform.Demo;

/// <summary>What the demo does at Stripe: fills in a creator's onboarding form, and pulls the plug.</summary>
internal sealed class StripeStage : IDisposable
{
    private readonly HttpClient _http;
    private readonly PatientHttp _patient;

    public StripeStage(Uri stripe, TimeProvider time)
    {
        // The form sends its visitor back to where they came from, which nobody here wants to see.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = stripe, Timeout = TimeSpan.FromSeconds(20) };
        _patient = new PatientHttp(_http, time);
    }

    public Task OnboardAsync(string link, CancellationToken cancellationToken) =>
        _patient.SendAsync(HttpMethod.Get, link, null, cancellationToken);

    /// <summary>A customer's own card, which behaves as a test card: a till that knows one of them does not know the other.</summary>
    public async Task<string> CardAsync(string kind, CancellationToken cancellationToken) =>
        (await _patient.DoAsync(HttpMethod.Post, $"_control/cards?name={kind}", null, cancellationToken)).GetProperty("id").GetString()!;

    public Task GoAwayAsync(CancellationToken cancellationToken) => SetOutageAsync("refuse", cancellationToken);

    public Task ComeBackAsync(CancellationToken cancellationToken) => SetOutageAsync("none", cancellationToken);

    public void Dispose() => _http.Dispose();

    private Task<JsonElement> SetOutageAsync(string mode, CancellationToken cancellationToken) =>
        _patient.DoAsync(HttpMethod.Post, "_control/outage", new { mode }, cancellationToken);
}
