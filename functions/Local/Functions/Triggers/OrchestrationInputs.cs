using System.Reflection;
using Marquee.Local.Durable;
using Marquee.Local.Functions.Invocation;

namespace Marquee.Local.Functions.Triggers;

/// <summary>The orchestration's context; one more parameter may take its input.</summary>
internal sealed class OrchestrationInputs : TriggerInputs
{
    private static readonly MethodInfo ReadInput = typeof(TaskOrchestrationContext).GetMethod(nameof(TaskOrchestrationContext.GetInput))!;

    private string? _input;

    public override ParameterSource? Trigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TaskOrchestrationContext) ? static context => new(context.Trigger.Value) : null;

    public override ParameterSource? Other(ParameterInfo parameter)
    {
        if (_input is not null)
            throw new FunctionWorkerException($"'{_input}' and '{parameter.Name}' would both be the orchestration's input");
        _input = parameter.Name;
        var read = ReadInput.MakeGenericMethod(parameter.ParameterType);
        var fallback = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return context => new(read.Invoke(context.Trigger.Value, BindingFlags.DoNotWrapExceptions, null, null, null) ?? fallback);
    }
}
