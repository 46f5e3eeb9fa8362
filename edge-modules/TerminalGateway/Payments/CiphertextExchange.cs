using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Marquee.TerminalGateway.Payments;

/// <summary>
/// What a terminal with point-to-point encryption read of a card, exchanged for the processor's token by whoever holds the keys. The till
/// cannot read it and never tries: it is passed on as it came, under a key of its own, and forgotten for the token.
/// </summary>
/// <remarks>
/// <c>POST {Gateway:CiphertextEndpoint}</c> with <c>{"ciphertext": …}</c> and an <c>Idempotency-Key</c>; the answer is <c>{"paymentMethod": …}</c>.
/// A provider's own protocol (device registration, key serial numbers, its envelope) is spoken by whatever listens there.
/// </remarks>
internal sealed class CiphertextExchange(HttpClient http, GatewaySettings settings, TimeProvider time)
{
    private const int MaxTokenLength = 64;

    /// <summary>The token, or how the exchange failed.</summary>
    public async Task<(string? PaymentMethod, PaymentOutcome? Failure)> ExchangeAsync(string ciphertext, string key, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.CiphertextEndpoint) { Content = JsonContent.Create(new { ciphertext }) };
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode) return (null, Failure(answer.StatusCode));
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>(limit.Token).ConfigureAwait(false);
            return body.ValueKind == JsonValueKind.Object && body.TryGetProperty("paymentMethod", out var token) && token.ValueKind == JsonValueKind.String
                && token.GetString() is { Length: > 0 and <= MaxTokenLength } text
                ? (text, null)
                : (null, new PaymentOutcome.Unknown("unreadable_answer"));
        }
        catch (OperationCanceledException)
        {
            return (null, new PaymentOutcome.Unknown("timeout"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return (null, new PaymentOutcome.Unknown("connection_lost"));
        }
        catch (JsonException)
        {
            return (null, new PaymentOutcome.Unknown("unreadable_answer"));
        }
    }

    private static PaymentOutcome Failure(HttpStatusCode status) => (int)status is >= 400 and < 500
        && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests)
        ? new PaymentOutcome.Declined("ciphertext_refused")
        : new PaymentOutcome.Unknown(FormattableString.Invariant($"http_{(int)status}"));
}
