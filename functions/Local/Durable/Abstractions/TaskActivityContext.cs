namespace Marquee.Local.Durable;

/// <summary>What an activity knows of the call that runs it.</summary>
public abstract class TaskActivityContext
{
    /// <summary>The activity's name.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The id of the orchestration instance that called it.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The version it was called with; empty when unversioned.</summary>
    public virtual string Version => string.Empty;
}
