using System.Reflection;
using Marquee.Local.Functions.Invocation;

namespace Marquee.Local.Functions.Triggers;

/// <summary>The run's <see cref="TimerInfo"/>.</summary>
internal sealed class TimerInputs : TriggerInputs
{
    public override ParameterSource? Trigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TimerInfo) ? static context => new(context.Trigger.Value) : null;
}
