namespace Marquee.TerminalGateway.Http;

/// <summary>Answers at each listener only for the endpoints behind it; any other is as if it were not there.</summary>
internal sealed class DoorGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not { } endpoint) return next(http);
        var entered = http.Features.Get<EnteredBy>()?.Door ?? Door.Staff;
        // The last word counts: an endpoint's own over its group's.
        var doors = endpoint.Metadata.GetMetadata<BehindDoor>()?.Doors ?? Door.Staff;
        return doors.HasFlag(entered) ? next(http) : Problems.NoSuchPath(http).ExecuteAsync(http);
    }
}
