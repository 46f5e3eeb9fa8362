using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions;

/// <summary>Makes the function an orchestrator.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    public OrchestrationTriggerAttribute()
    {
    }

    /// <summary>The orchestration's name; the function's when unsaid.</summary>
    public string? Orchestration { get; set; }
}
