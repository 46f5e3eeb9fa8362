namespace Marquee.Local.Functions.Extensions.Abstractions;

/// <summary>Base of every attribute that ties a parameter, a property or a return value to something outside the function.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BindingAttribute : Attribute
{
    public BindingAttribute()
    {
    }
}
