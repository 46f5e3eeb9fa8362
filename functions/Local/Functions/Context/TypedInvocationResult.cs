namespace Marquee.Local.Functions;

/// <summary>An invocation's result, seen as a <typeparamref name="T"/>.</summary>
internal sealed class TypedInvocationResult<T> : InvocationResult<T>
{
    private readonly InvocationResult _inner;

    public TypedInvocationResult(InvocationResult inner)
    {
        if (inner.Value is not (null or T))
            throw new InvalidOperationException($"The invocation returned {inner.Value.GetType()}, not {typeof(T)}.");
        _inner = inner;
    }

    public override T? Value
    {
        get => (T?)_inner.Value;
        set => _inner.Value = value;
    }
}
