namespace Marquee.Local.Functions;

/// <summary>What the trigger knows about its event: route and query values, message properties.</summary>
public abstract class BindingContext
{
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
