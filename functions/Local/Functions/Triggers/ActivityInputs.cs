using System.Reflection;
using System.Text.Json;
using Marquee.Local.Functions.Invocation;

namespace Marquee.Local.Functions.Triggers;

/// <summary>The activity's input, and by name the <c>instanceId</c> of the orchestration that calls.</summary>
internal sealed class ActivityInputs : TriggerInputs
{
    public const string InstanceId = "instanceId";

    public override ParameterSource? Trigger(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var name = parameter.Name;
        var empty = type.IsValueType ? Activator.CreateInstance(type) : null;
        return context =>
        {
            var call = (ActivityCall)context.Trigger.Value;
            try
            {
                return new(call.Converter.Deserialize(call.SerializedInput, type) ?? empty);
            }
            catch (JsonException e)
            {
                throw new FunctionInputConverterException(
                    $"The input of activity '{call.Context.Name}' is not a {type.Name} ('{name}', at {e.Path}).", e);
            }
        };
    }

    public override bool HasNamed(string name) => string.Equals(name, InstanceId, StringComparison.OrdinalIgnoreCase);
}
