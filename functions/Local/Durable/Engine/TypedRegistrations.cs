namespace Marquee.Local.Durable.Engine;

/// <summary>Registers functions that take and give values, by way of the engine's converter.</summary>
internal static class TypedRegistrations
{
    public static void RegisterOrchestrator<TInput, TOutput>(
        this DurableEngine engine, TaskName name, Func<TaskOrchestrationContext, TInput, Task<TOutput>> body) =>
        engine.RegisterOrchestrator(name, async context => await body(context, context.GetInput<TInput>()!).ConfigureAwait(true));

    public static void RegisterActivity<TInput, TOutput>(
        this DurableEngine engine, TaskName name, Func<TaskActivityContext, TInput, CancellationToken, Task<TOutput>> body) =>
        engine.RegisterActivity(name, async (context, input, stopping) =>
            await body(context, engine.Converter.Deserialize<TInput>(input)!, stopping).ConfigureAwait(false));

    public static void RegisterActivity<TInput, TOutput>(this DurableEngine engine, TaskName name, Func<TInput, TOutput> body) =>
        engine.RegisterActivity<TInput, TOutput>(name, (_, input, _) => Task.FromResult(body(input)));
}
