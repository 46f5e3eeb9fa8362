namespace Marquee.Local.Functions;

/// <summary>What an invocation returned, for middleware to read or replace.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <exception cref="InvalidOperationException">The invocation has no result of type <typeparamref name="T"/>.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) =>
        new TypedInvocationResult<T>(context.GetInvocationResult());

    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        context.Features.Get<InvocationResult>()
        ?? throw new InvalidOperationException($"Invocation {context.InvocationId} has no result.");
}
