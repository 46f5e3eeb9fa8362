using System.Reflection;
using Marquee.Local.Functions.Invocation;
using Microsoft.AspNetCore.Http;

namespace Marquee.Local.Functions.Triggers;

/// <summary>The request itself; simple parameters by name from the route, then the query.</summary>
internal sealed class HttpInputs : TriggerInputs
{
    public override ParameterSource? Trigger(ParameterInfo parameter) => Other(parameter)
        ?? throw new FunctionWorkerException(
            $"the trigger parameter '{parameter.Name}' must be an HttpRequest; bodies are taken with [FromBody]");

    public override ParameterSource? Other(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(HttpRequest) ? static context => new(((HttpContext)context.Trigger.Value).Request) : null;

    public override bool HasNamed(string name) => true;
}
