namespace Marquee.TerminalGateway.Http;

/// <summary>Answers at each listener only for the endpoints behind it; any other is as if it were not there.</summary>
internal sealed class DoorGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        // What is no route says 405 or 415 of a path, and nothing else.
        if (http.GetEndpoint() is not RouteEndpoint endpoint) return next(http);
        var entered = http.Features.Get<EnteredBy>()?.Door ?? Door.Staff;
        // The last word counts: an endpoint's own over its group's.
        var doors = endpoint.Metadata.GetMetadata<BehindDoor>()?.Doors ?? Door.Staff;
        return doors.HasFlag(entered) ? next(http) : Problems.NoSuchPath(http).ExecuteAsync(http);
    }
}
