namespace Marquee.Local.Functions;

/// <summary>A function's tie to the outside: <c>httpTrigger</c>, <c>serviceBus</c>, …</summary>
public abstract class BindingMetadata
{
    public abstract string Name { get; }

    public abstract string Type { get; }

    public abstract BindingDirection Direction { get; }
}
