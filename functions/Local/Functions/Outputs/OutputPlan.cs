using System.Reflection;
using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions.Outputs;

/// <summary>Where the parts of a function's result go.</summary>
/// <param name="Outputs">What is sent on to Service Bus.</param>
/// <param name="HttpResult">The property that answers the HTTP request; null when the result itself does.</param>
/// <param name="ReturnIsOutput">The result itself is sent on, so it is no HTTP answer.</param>
internal sealed record OutputPlan(IReadOnlyList<Output> Outputs, PropertyInfo? HttpResult, bool ReturnIsOutput)
{
    private const string ReturnName = "$return";

    /// <exception cref="FunctionWorkerException">An output has a type that cannot be sent.</exception>
    public static OutputPlan Of(MethodInfo method, Type resultType)
    {
        if (method.GetCustomAttribute<OutputBindingAttribute>() is ServiceBusOutputAttribute onReturn)
        {
            Check("the return value", resultType);
            return new OutputPlan([new Output(ReturnName, onReturn, static result => result)], null, true);
        }

        var outputs = new List<Output>();
        PropertyInfo? http = null;
        foreach (var property in resultType.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            switch (property.GetCustomAttribute<OutputBindingAttribute>())
            {
                case HttpResultAttribute when http is not null:
                    throw new FunctionWorkerException($"{resultType.Name} has more than one [HttpResult]");
                case HttpResultAttribute:
                    http = property;
                    break;
                case ServiceBusOutputAttribute bus:
                    Check($"{resultType.Name}.{property.Name}", property.PropertyType);
                    outputs.Add(new Output(property.Name, bus, result => property.GetValue(result)));
                    break;
            }
        }

        return new OutputPlan(outputs, http, false);
    }

    /// <summary>The part of a result that answers an HTTP request.</summary>
    public object? HttpAnswer(object? result)
    {
        if (ReturnIsOutput || result is null)
            return null;
        if (HttpResult?.DeclaringType?.IsInstanceOfType(result) == true)
            return HttpResult.GetValue(result);
        return Outputs.Count > 0 && HttpResult is null ? null : result;
    }

    private static void Check(string what, Type type)
    {
        if (type == typeof(void))
            throw new FunctionWorkerException($"[ServiceBusOutput] has nothing to send: {what} is void");
        var element = type.IsArray ? type.GetElementType()! : type;
        if (element.Namespace is { } space && (space == "Marquee.Local.ServiceBus" || space == "Azure.Messaging.ServiceBus"))
        {
            throw new FunctionWorkerException(
                $"[ServiceBusOutput] cannot send {element.Name} ({what}): "
                + "outputs are text, bytes or JSON; use a ServiceBusSender for more");
        }
    }
}

/// <summary>One thing to send after a function succeeded.</summary>
internal sealed record Output(string Name, ServiceBusOutputAttribute Attribute, Func<object, object?> Read);
