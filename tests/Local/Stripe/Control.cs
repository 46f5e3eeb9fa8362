using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe.Tests;

/// <summary>The control API, as a rehearsal calls it.</summary>
internal sealed class Control(HttpClient http)
{
    public async Task PostAsync(string path, object? body = null)
    {
        using var response = await http.PostAsJsonAsync("/_control/" + path, body ?? new { });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<JsonNode> GetAsync(string path) => (await http.GetFromJsonAsync<JsonNode>("/_control/" + path))!;

    public Task AdvanceAsync(TimeSpan by) => PostAsync("clock/advance", new { seconds = by.TotalSeconds });
}
