namespace Marquee.Local.Durable;

/// <summary>Base of class-based orchestrators. An orchestrator is replayed: it must be deterministic and await durable tasks only.</summary>
public abstract class TaskOrchestrator<TInput, TOutput> : ITaskOrchestrator
{
    Type ITaskOrchestrator.InputType => typeof(TInput);

    Type ITaskOrchestrator.OutputType => typeof(TOutput);

    // The orchestrator's own context must be kept across the await, so no ConfigureAwait(false) here.
    async Task<object?> ITaskOrchestrator.RunAsync(TaskOrchestrationContext context, object? input) =>
        await RunAsync(context, input is null ? default! : (TInput)input).ConfigureAwait(true);

    public abstract Task<TOutput> RunAsync(TaskOrchestrationContext context, TInput input);
}
