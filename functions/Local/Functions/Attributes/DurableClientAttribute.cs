using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions;

/// <summary>Hands the function the client of the task hub.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    public DurableClientAttribute()
    {
    }

    /// <summary>The hub's name. This host has one hub: any other name fails at start.</summary>
    public string? TaskHub { get; set; }

    public string? ConnectionName { get; set; }
}
