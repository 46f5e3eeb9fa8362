using Marquee.Local.Functions.Invocation;
using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Http;

/// <summary>Takes a request through the key check and the bounds to its function, and the result or the failure back.</summary>
internal sealed class HttpFunctionHandler(FunctionInvoker invoker, FunctionKeys keys, HttpConcurrency concurrency, InvocationAbort abort)
{
    public Task HandleAsync(HttpRoute route, HttpContext http)
    {
        var key = http.Request.Headers["x-functions-key"].FirstOrDefault() ?? http.Request.Query["code"].FirstOrDefault();
        return keys.Opens(route.Trigger.AuthLevel, route.Function.Name, key)
            ? concurrency.RunAsync(http, context => InvokeAsync(route.Function, context))
            : Problems.WriteAsync(
                http, StatusCodes.Status401Unauthorized, "unauthorized", "A key is needed: x-functions-key, or the code parameter.");
    }

    private async Task InvokeAsync(FunctionDescriptor function, HttpContext http)
    {
        try
        {
            await invoker.InvokeAsync(
                function,
                new TriggerEvent(http) { Http = http, Data = Data(http) },
                http.RequestAborted,
                (context, result) => HttpAnswers.WriteAsync(context.GetHttpContext() ?? http, function.Outputs.HttpAnswer(result)));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (OperationCanceledException e) when (abort.Token.IsCancellationRequested)
        {
            await FailAsync(
                http, StatusCodes.Status503ServiceUnavailable, "host_stopping", "The host is stopping and could wait no longer.", e);
        }
        catch (HttpInputException e)
        {
            await Problems.WriteAsync(http, StatusCodes.Status400BadRequest, e.Code, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await Problems.WriteAsync(http, e.StatusCode, "bad_request", "The request could not be read.");
        }
        catch (FunctionTimeoutException e)
        {
            await FailAsync(http, StatusCodes.Status504GatewayTimeout, "function_timeout", "The function took too long.", e);
        }
#pragma warning disable CA1031 // The edge of the host: what went wrong has been logged, and the caller gets the invocation's id.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(http, StatusCodes.Status500InternalServerError, "internal_error", "The function failed.", e);
        }
    }

    private static async Task FailAsync(HttpContext http, int status, string code, string detail, Exception error)
    {
        if (http.Response.HasStarted)
        {
            // Half an answer must not pass for a whole one.
            http.Abort();
            return;
        }

        http.Response.Clear();
        await Problems.WriteAsync(http, status, code, detail, error.Data["InvocationId"] as string);
    }

    /// <summary>Query values, over which route values win.</summary>
    private static Dictionary<string, object?> Data(HttpContext http)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in http.Request.Query)
            data[name] = values.FirstOrDefault();
        foreach (var (name, value) in http.Request.RouteValues)
            data[name] = value;
        return data;
    }
}
