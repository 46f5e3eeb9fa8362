using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Tests.Wire;

/// <summary>The API without a client library: what is on the wire.</summary>
internal sealed class Wire(HttpClient http, string? key = "sk_test_marquee")
{
    public Task<Reply> PostAsync(string path, string body, string? idempotencyKey = null, string? account = null,
        CancellationToken cancel = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/" + path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        return SendAsync(request, account, cancel);
    }

    public Task<Reply> GetAsync(string path, string? account = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/" + path), account, default);

    private async Task<Reply> SendAsync(HttpRequestMessage request, string? account, CancellationToken cancel)
    {
        using (request)
        {
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (account is not null)
                request.Headers.Add("Stripe-Account", account);
            using var response = await http.SendAsync(request, cancel);
            return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(cancel),
                response.Headers.ToDictionary(header => header.Key, header => header.Value.First(), StringComparer.OrdinalIgnoreCase));
        }
    }
}

internal sealed record Reply(HttpStatusCode Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
    public string? ErrorType => (string?)Json["error"]?["type"];
    public string? ErrorCode => (string?)Json["error"]?["code"];
    public string? ErrorParam => (string?)Json["error"]?["param"];

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
