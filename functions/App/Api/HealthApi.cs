using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>Whether the app serves. What it depends on has alerts of its own; a probe that asked them would take the app down with them.</summary>
public static class HealthApi
{
    [Function("GetHealth")]
    public static IResult GetHealth([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequest request) =>
        Body.Json(new { status = "healthy" });
}
