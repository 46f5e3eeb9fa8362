namespace Marquee.Local.Functions;

/// <summary>What the invocation returned; middleware may put something else in its place.</summary>
public abstract class InvocationResult<T>
{
    public abstract T? Value { get; set; }
}
