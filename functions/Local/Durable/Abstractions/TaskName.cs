namespace Marquee.Local.Durable;

/// <summary>The name of an orchestrator or an activity. Names compare without regard to case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <param name="name">The name. Null makes the default (empty) name, which no task can be registered under.</param>
    public TaskName(string name)
    {
        Name = name ?? string.Empty;
    }

    /// <summary>The name as given.</summary>
    public string Name => field ?? string.Empty;

    public static implicit operator string(TaskName value) => value.Name;

    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new TaskName(value);

    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    public override string ToString() => Name;
}
