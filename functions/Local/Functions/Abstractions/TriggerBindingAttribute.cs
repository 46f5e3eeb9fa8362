namespace Marquee.Local.Functions.Extensions.Abstractions;

/// <summary>Marks the one parameter whose source starts the function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute
{
    public TriggerBindingAttribute()
    {
    }
}
