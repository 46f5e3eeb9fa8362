using Marquee.EdgeSync.Health;

namespace Marquee.StreamRelay.Http;

/// <summary>
/// <c>/health/live</c>: restart the module when this fails. <c>/health/ready</c>: send it no viewers while this fails. Both answer 200 or
/// 503 with the condition.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", (RelayHealth health) => health.IsAlive
            ? Answer(NodeCondition.Healthy)
            : Answer(NodeCondition.Unhealthy("media_loop_stuck")));
        routes.MapGet("/health/ready", (RelayHealth health) => Answer(health.Current));
    }

    private static IResult Answer(NodeCondition condition) => Results.Json(condition,
        statusCode: condition.Status == "unhealthy" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
}
