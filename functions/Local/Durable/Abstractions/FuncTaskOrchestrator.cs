namespace Marquee.Local.Durable;

/// <summary>Makes an orchestrator of a function.</summary>
public static class FuncTaskOrchestrator
{
    public static TaskOrchestrator<TInput, TOutput> Create<TInput, TOutput>(
        Func<TaskOrchestrationContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        return new Implementation<TInput, TOutput>(implementation);
    }

    private sealed class Implementation<TInput, TOutput>(Func<TaskOrchestrationContext, TInput, Task<TOutput>> body)
        : TaskOrchestrator<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(TaskOrchestrationContext context, TInput input) => body(context, input);
    }
}
