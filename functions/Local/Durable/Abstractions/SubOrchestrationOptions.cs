namespace Marquee.Local.Durable;

/// <summary>How a sub-orchestration is called.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    /// <param name="retry">When and how often to try again after a failure.</param>
    /// <param name="instanceId">The child's instance id; null derives one from the parent's history.</param>
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry)
    {
        InstanceId = instanceId;
    }

    /// <param name="options">The options to take over.</param>
    /// <param name="instanceId">The child's instance id; null takes over that of <paramref name="options"/>, if it has one.</param>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        InstanceId = instanceId ?? (options as SubOrchestrationOptions)?.InstanceId;
    }

    /// <summary>Copies <paramref name="options"/>.</summary>
    public SubOrchestrationOptions(SubOrchestrationOptions options)
        : base(options)
    {
        InstanceId = options.InstanceId;
    }

    /// <summary>The child's instance id; null derives one from the parent's history.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The version of the child; null means the default version.</summary>
    public new TaskVersion? Version
    {
        get => base.Version;
        init => base.Version = value;
    }
}
