namespace Marquee.Local.Functions.Extensions.Abstractions;

/// <summary>Marks a method (its return value) or a property of the returned object as something to send on.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public abstract class OutputBindingAttribute : BindingAttribute
{
    public OutputBindingAttribute()
    {
    }
}
