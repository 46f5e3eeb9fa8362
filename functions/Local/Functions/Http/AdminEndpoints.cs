using System.Diagnostics;
using Marquee.Local.Functions.Indexing;
using Marquee.Local.Functions.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marquee.Local.Functions.Http;

/// <summary>
/// The host's own paths, as the Functions host has them: <c>/admin/host/status</c> (open, since the host listens on loopback),
/// <c>/admin/functions</c> and <c>POST /admin/functions/{name}</c>, which runs a timer function now (both by the master key).
/// </summary>
internal static class AdminEndpoints
{
    public static void Map(WebApplication app, FunctionCatalog catalog)
    {
        var admin = app.MapGroup("/admin");
        admin.MapGet("/host/status", (IHostApplicationLifetime lifetime, TimeProvider time) => TypedResults.Ok(Status(lifetime, time)));
        var guarded = admin.MapGroup("/functions").AddEndpointFilter(RequireMasterKey);
        guarded.MapGet("/", () => TypedResults.Ok(catalog.Functions.Select(Describe)));
        guarded.MapPost("/{name}", RunTimer);
    }

    private static object Status(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        using var self = Process.GetCurrentProcess();
        return new
        {
            id = Environment.MachineName.ToLowerInvariant(),
            state = lifetime.ApplicationStopping.IsCancellationRequested ? "Offline"
                : lifetime.ApplicationStarted.IsCancellationRequested ? "Running" : "Initialized",
            version = typeof(AdminEndpoints).Assembly.GetName().Version?.ToString(),
            processUptime = (long)(time.GetUtcNow().UtcDateTime - self.StartTime.ToUniversalTime()).TotalMilliseconds,
        };
    }

    private static object Describe(Invocation.FunctionDescriptor function) => new
    {
        name = function.Name,
        entryPoint = function.Definition.EntryPoint,
        trigger = BindingTypes.Of(function.Trigger),
        bindings = function.Definition.InputBindings.Values.Concat(function.Definition.OutputBindings.Values)
            .Select(b => new { name = b.Name, type = b.Type, direction = b.Direction.ToString().ToLowerInvariant() }),
    };

    private static IResult RunTimer(string name, TimerService timers) =>
        timers.TryRunNow(name)
            ? TypedResults.Accepted((string?)null)
            : TypedResults.Problem($"There is no timer function '{name}'.", statusCode: StatusCodes.Status404NotFound,
                extensions: new Dictionary<string, object?> { ["code"] = "not_found" });

    private static ValueTask<object?> RequireMasterKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers["x-functions-key"].FirstOrDefault() ?? http.Request.Query["code"].FirstOrDefault();
        return http.RequestServices.GetRequiredService<FunctionKeys>().Opens(AuthorizationLevel.Admin, "", key)
            ? next(context)
            : new(TypedResults.Problem("The master key is needed.", statusCode: StatusCodes.Status401Unauthorized,
                extensions: new Dictionary<string, object?> { ["code"] = "unauthorized" }));
    }
}
