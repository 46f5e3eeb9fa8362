namespace Marquee.Local.Durable;

/// <summary>An orchestrator without its type parameters.</summary>
public interface ITaskOrchestrator
{
    Type InputType { get; }

    Type OutputType { get; }

    Task<object?> RunAsync(TaskOrchestrationContext context, object? input);
}
