using System.Diagnostics;
using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Outputs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Functions.Invocation;

/// <summary>Runs invocations: a service scope, an id, a time limit, the pipeline, the outputs, a log line and a metric for each.</summary>
internal sealed partial class FunctionInvoker(
    IServiceScopeFactory scopes,
    FunctionPipeline pipeline,
    OutputSender outputs,
    IInvocationIds ids,
    InvocationAbort abort,
    HostSettings settings,
    TimeProvider time,
    ILogger<FunctionInvoker> log)
{
    /// <summary>Runs a function to its end and sends its outputs.</summary>
    /// <remarks><paramref name="finish"/> is still part of the invocation: writing the HTTP response.</remarks>
    /// <exception cref="FunctionTimeoutException">The function's time was up.</exception>
    public async Task<object?> InvokeAsync(
        FunctionDescriptor function,
        TriggerEvent trigger,
        CancellationToken cancellation,
        Func<LocalFunctionContext, object?, Task>? finish = null)
    {
        using var timeout = new CancellationTokenSource(settings.FunctionTimeout ?? Timeout.InfiniteTimeSpan, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, abort.Token, timeout.Token);
        await using var scope = scopes.CreateAsyncScope();
        var id = ids.Next();
        using var activity = FunctionsTelemetry.Start(function, id);
        KeyValuePair<string, object>[] names = [new("InvocationId", id), new("FunctionName", function.Name)];
        using var logScope = log.BeginScope(names);
        var started = time.GetTimestamp();
        var context = new LocalFunctionContext(function, trigger, id, scope.ServiceProvider, linked.Token);
        try
        {
            await pipeline.RunAsync(context);
            var result = context.GetInvocationResult().Value;
            await outputs.SendAsync(function.Outputs, result, linked.Token);
            if (finish is not null)
                await finish(context, result);
            var duration = time.GetElapsedTime(started);
            Succeeded(log, function.Name, id, duration);
            FunctionsTelemetry.Record(function, duration, failed: false);
            return result;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Failure(new FunctionTimeoutException(function.Name, settings.FunctionTimeout!.Value, e));
        }
        catch (Exception e)
        {
            Failure(e);
            throw;
        }

        Exception Failure(Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().FullName);
            FunctionsTelemetry.Record(function, time.GetElapsedTime(started), failed: true);
            e.Data["InvocationId"] = id;
            if (e is OperationCanceledException && linked.IsCancellationRequested)
                Cancelled(log, function.Name, id);
            else if (e is FunctionInputConverterException)
                Refused(log, function.Name, id, e.Message);
            else
                Failed(log, e, function.Name, id);
            return e;
        }
    }

    /// <summary>Replays an orchestrator.</summary>
    /// <remarks>Nothing here may leave the engine's thread. Time limits do not apply: the work is in the activities.</remarks>
    public async Task<object?> ReplayAsync(FunctionDescriptor function, TriggerEvent trigger, string instanceId)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = new LocalFunctionContext(function, trigger, instanceId, scope.ServiceProvider, abort.Token);
        await pipeline.RunAsync(context);
        return context.GetInvocationResult().Value;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Function} ended, invocation {InvocationId}, after {Duration}")]
    private static partial void Succeeded(ILogger log, string function, string invocationId, TimeSpan duration);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Function} was cancelled, invocation {InvocationId}")]
    private static partial void Cancelled(ILogger log, string function, string invocationId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Function} refused its input, invocation {InvocationId}: {Reason}")]
    private static partial void Refused(ILogger log, string function, string invocationId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed, invocation {InvocationId}")]
    private static partial void Failed(ILogger log, Exception error, string function, string invocationId);
}
