namespace Marquee.Local.Durable;

/// <summary>Base of class-based activities. An activity may do anything, and runs at least once: make its effects idempotent.</summary>
public abstract class TaskActivity<TInput, TOutput> : ITaskActivity
{
    Type ITaskActivity.InputType => typeof(TInput);

    Type ITaskActivity.OutputType => typeof(TOutput);

    async Task<object?> ITaskActivity.RunAsync(TaskActivityContext context, object? input) =>
        await RunAsync(context, input is null ? default! : (TInput)input).ConfigureAwait(false);

    public abstract Task<TOutput> RunAsync(TaskActivityContext context, TInput input);
}
