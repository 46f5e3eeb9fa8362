namespace Marquee.Local.Durable;

/// <summary>An activity without its type parameters.</summary>
public interface ITaskActivity
{
    Type InputType { get; }

    Type OutputType { get; }

    Task<object?> RunAsync(TaskActivityContext context, object? input);
}
