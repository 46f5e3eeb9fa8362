namespace Marquee.Local.Durable;

/// <summary>Makes an activity of a function.</summary>
public static class FuncTaskActivity
{
    public static TaskActivity<TInput, TOutput> Create<TInput, TOutput>(Func<TaskActivityContext, TInput, Task<TOutput>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        return new Implementation<TInput, TOutput>(implementation);
    }

    private sealed class Implementation<TInput, TOutput>(Func<TaskActivityContext, TInput, Task<TOutput>> body) : TaskActivity<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(TaskActivityContext context, TInput input) => body(context, input);
    }
}
