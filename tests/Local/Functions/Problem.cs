using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Marquee.Local.Functions.Tests;

/// <summary>Reads the host's error answers.</summary>
internal static class Problem
{
    public static async Task<JsonObject> AssertAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<JsonObject>(TestHost.Cancellation))!;
        Assert.Equal(code, (string?)problem["code"]);
        return problem;
    }
}
