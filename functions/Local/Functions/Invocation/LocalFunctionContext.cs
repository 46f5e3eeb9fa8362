using System.Diagnostics;

namespace Marquee.Local.Functions.Invocation;

/// <summary>One invocation, from its trigger's event to its result.</summary>
internal sealed class LocalFunctionContext : FunctionContext
{
    public LocalFunctionContext(
        FunctionDescriptor function, TriggerEvent trigger, string invocationId, IServiceProvider services, CancellationToken cancellation)
    {
        Function = function;
        Trigger = trigger;
        InvocationId = invocationId;
        InstanceServices = services;
        CancellationToken = cancellation;
        BindingContext = new EventBindingContext(trigger.Data);
        RetryContext = new AttemptRetryContext(trigger.Retries, function.Retry?.MaxRetryCount ?? 0);
        TraceContext = new ActivityTraceContext(Activity.Current);
        Features.Set<InvocationResult>(new ObjectInvocationResult());
        if (trigger.Http is { } http)
            Items[FunctionContextExtensions.HttpContextKey] = http;
    }

    public FunctionDescriptor Function { get; }

    public TriggerEvent Trigger { get; }

    public override string InvocationId { get; }

    public override string FunctionId => Function.Definition.Id;

    public override TraceContext TraceContext { get; }

    public override BindingContext BindingContext { get; }

    public override RetryContext RetryContext { get; }

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    private sealed class ObjectInvocationResult : InvocationResult
    {
        public override object? Value { get; set; }
    }

    private sealed class EventBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = data;
    }

    private sealed class AttemptRetryContext(int retries, int most) : RetryContext
    {
        public override int RetryCount { get; } = retries;

        public override int MaxRetryCount { get; } = most;
    }

    private sealed class ActivityTraceContext(Activity? activity) : TraceContext
    {
        public override string TraceParent { get; } = activity?.Id ?? "";

        public override string TraceState { get; } = activity?.TraceStateString ?? "";
    }
}
