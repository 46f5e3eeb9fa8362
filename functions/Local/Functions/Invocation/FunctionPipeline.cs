using Marquee.Local.Functions.Middleware;

namespace Marquee.Local.Functions.Invocation;

/// <summary>The app's middleware around the call itself.</summary>
internal sealed class FunctionPipeline
{
    private readonly FunctionExecutionDelegate _run;

    public FunctionPipeline(IEnumerable<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        _run = middleware.Reverse().Aggregate<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>, FunctionExecutionDelegate>(
            CallAsync, (next, add) => add(next));
    }

    /// <summary>Runs the invocation; its result is in the context's features.</summary>
    public Task RunAsync(LocalFunctionContext context) => _run(context);

    private static async Task CallAsync(FunctionContext context)
    {
        var local = (LocalFunctionContext)context;
        var function = local.Function;
        var arguments = new object?[function.Parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = await function.Parameters[i](local);
        local.GetInvocationResult().Value = await function.Call.RunAsync(local.InstanceServices, arguments);
    }
}
