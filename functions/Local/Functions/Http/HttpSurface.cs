using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Indexing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions.Http;

/// <summary>Everything the host answers over HTTP.</summary>
internal static class HttpSurface
{
    /// <exception cref="FunctionWorkerException">Routes are invalid or clash.</exception>
    public static void Map(WebApplication app, FunctionCatalog catalog, HostSettings settings, bool httpEnabled)
    {
        var handler = app.Services.GetRequiredService<HttpFunctionHandler>();
        foreach (var (name, value) in settings.Http.CustomHeaders)
            app.Use((http, next) => { http.Response.Headers[name] = value; return next(http); });
        app.Use(AnswerUnroutedAsync);
        AdminEndpoints.Map(app, catalog);
        foreach (var route in Routes(app.Services, catalog, settings.Http.RoutePrefix, httpEnabled))
        {
            var endpoint = route.Methods.Count == 0
                ? app.Map(route.Pattern, http => handler.HandleAsync(route, http))
                : app.MapMethods(route.Pattern.RawText!, route.Methods, http => handler.HandleAsync(route, http));
            endpoint.WithMetadata(route).WithDisplayName(route.Function.Name);
        }
    }

    private static List<HttpRoute> Routes(IServiceProvider services, FunctionCatalog catalog, string prefix, bool httpEnabled)
    {
        var expressions = services.GetRequiredService<BindingExpressions>();
        var policies = services.GetRequiredService<ParameterPolicyFactory>();
        var errors = new List<string>();
        var routes = new List<HttpRoute>();
        foreach (var (function, trigger) in catalog.WithTrigger<HttpTriggerAttribute>())
        {
            try
            {
                if (!httpEnabled)
                    throw new FunctionWorkerException("an HTTP trigger needs ConfigureFunctionsWebApplication()");
                routes.Add(HttpRoute.Of(function, trigger, expressions.Resolve(trigger.Route ?? function.Name), prefix, policies));
            }
            catch (FunctionWorkerException e)
            {
                errors.Add($"Function '{function.Name}': {e.Message}.");
            }
        }

        errors.AddRange(HttpRoute.Clashes(routes));
        return errors.Count == 0 ? routes : throw new FunctionWorkerException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>Gives requests that reached no function a body that says why.</summary>
    private static async Task AnswerUnroutedAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response.HasStarted || http.GetEndpoint()?.Metadata.GetMetadata<HttpRoute>() is not null)
            return;
        switch (http.Response.StatusCode)
        {
            case StatusCodes.Status404NotFound:
                await Problems.WriteAsync(http, StatusCodes.Status404NotFound, "not_found", "No function answers this path.");
                break;
            case StatusCodes.Status405MethodNotAllowed:
                await Problems.WriteAsync(
                    http, StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "The function does not answer this method.");
                break;
        }
    }
}
