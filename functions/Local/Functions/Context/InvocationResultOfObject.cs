namespace Marquee.Local.Functions;

/// <inheritdoc/>
public abstract class InvocationResult : InvocationResult<object>
{
}
