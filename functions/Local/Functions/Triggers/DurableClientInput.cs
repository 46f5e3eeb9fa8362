using System.Reflection;
using Marquee.Local.Durable.Client;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Functions.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions.Triggers;

/// <summary>The task hub's client, in a function of any kind but an orchestrator.</summary>
internal static class DurableClientInput
{
    public static ParameterSource? Source(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(DurableTaskClient)
            ? static context => new(context.InstanceServices.GetRequiredService<DurableEngine>().Client)
            : null;
}
