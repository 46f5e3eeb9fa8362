using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions;

/// <summary>Makes the function an activity; the parameter is its input.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    public ActivityTriggerAttribute()
    {
    }

    /// <summary>The activity's name; the function's when unsaid.</summary>
    public string? Activity { get; set; }
}
