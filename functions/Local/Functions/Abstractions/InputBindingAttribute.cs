namespace Marquee.Local.Functions.Extensions.Abstractions;

/// <summary>Marks a parameter that is filled beside the trigger.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute
{
    public InputBindingAttribute()
    {
    }
}
