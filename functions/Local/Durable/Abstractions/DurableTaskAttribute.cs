namespace Marquee.Local.Durable;

/// <summary>Marks a class-based orchestrator or activity.</summary>
/// <param name="name">The task's name; null takes the class's.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class DurableTaskAttribute(string? name = null) : Attribute
{
    public TaskName Name { get; } = string.IsNullOrEmpty(name) ? default : new TaskName(name);

    public string? Version { get; set; }
}
