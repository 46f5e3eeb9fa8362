using System.Collections.Immutable;
using System.Reflection;
using Marquee.Local.Functions.Extensions.Abstractions;
using Marquee.Local.Functions.Outputs;

namespace Marquee.Local.Functions.Invocation;

/// <summary>A function that was found, checked and made ready to call.</summary>
internal sealed record FunctionDescriptor
{
    public required string Name { get; init; }

    public required MethodInfo Method { get; init; }

    public required TriggerBindingAttribute Trigger { get; init; }

    public required ParameterInfo TriggerParameter { get; init; }

    public required ImmutableArray<ParameterSource> Parameters { get; init; }

    public required MethodCall Call { get; init; }

    public required OutputPlan Outputs { get; init; }

    public required FunctionDefinition Definition { get; init; }

    /// <summary>Null: an attempt is all there is.</summary>
    public InvocationRetry? Retry { get; init; }

    public override string ToString() => Name;
}

/// <summary>Makes a parameter's value for an invocation.</summary>
internal delegate ValueTask<object?> ParameterSource(LocalFunctionContext context);
