namespace Marquee.Local.Functions.Middleware;

/// <summary>Wraps invocations of every kind. Around an orchestrator it runs at each replay and may await nothing but <c>next</c>.</summary>
public interface IFunctionsWorkerMiddleware
{
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
