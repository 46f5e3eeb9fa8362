using System.Reflection;
using Marquee.Local.Functions.Extensions.Abstractions;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Outputs;

namespace Marquee.Local.Functions.Indexing;

/// <summary>Finds the methods marked <c>[Function]</c> and checks how they are declared. All errors are told at once.</summary>
internal static class FunctionIndexer
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <exception cref="FunctionWorkerException">One line for each function that cannot be run as declared.</exception>
    public static FunctionCatalog Index(IEnumerable<Type> types)
    {
        var errors = new List<string>();
        var functions = new List<FunctionDescriptor>();
        var methods =
            from type in types
            where type is { IsClass: true, ContainsGenericParameters: false }
            from method in type.GetMethods(Any)
            where method.IsDefined(typeof(FunctionAttribute), false)
            orderby method.GetCustomAttribute<FunctionAttribute>()!.Name, type.FullName, method.Name
            select method;
        foreach (var method in methods)
        {
            var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
            try
            {
                functions.Add(Describe(name, method));
            }
            catch (FunctionWorkerException e)
            {
                errors.Add($"Function '{name}': {e.Message}.");
            }
        }

        errors.AddRange(
            from same in functions.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
            where same.Count() > 1
            select $"Function '{same.Key}': the name is used by {string.Join(" and ", same.Select(f => f.Definition.EntryPoint))}.");
        return errors.Count == 0
            ? new FunctionCatalog(functions)
            : throw new FunctionWorkerException(string.Join(Environment.NewLine, errors));
    }

    private static FunctionDescriptor Describe(string name, MethodInfo method)
    {
        if (!method.IsPublic)
            throw new FunctionWorkerException($"{method.DeclaringType!.Name}.{method.Name} is not public");
        if (method.IsAbstract || method.ContainsGenericParameters || (method.DeclaringType!.IsAbstract && !method.IsStatic))
            throw new FunctionWorkerException($"{method.DeclaringType!.Name}.{method.Name} is abstract or generic, so it cannot be called");
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute)))
            throw new FunctionWorkerException("an async function must return Task, not void");

        var triggers = method.GetParameters().Where(p => p.IsDefined(typeof(TriggerBindingAttribute))).ToArray();
        if (triggers.Length != 1)
        {
            throw new FunctionWorkerException(triggers.Length == 0
                ? "no parameter carries a trigger attribute"
                : $"more than one trigger: {string.Join(", ", triggers.Select(p => p.Name))}");
        }

        var trigger = triggers[0].GetCustomAttribute<TriggerBindingAttribute>()!;
        var retry = InvocationRetry.Of(method);
        if (retry is not null && trigger is not TimerTriggerAttribute)
            throw new FunctionWorkerException("a retry policy has no effect on this trigger; only timers carry one");

        var call = new MethodCall(method);
        var outputs = OutputPlan.Of(method, call.ResultType);
        if (outputs.HttpResult is not null && trigger is not HttpTriggerAttribute)
            throw new FunctionWorkerException("[HttpResult] needs an HTTP trigger");
        var binder = new ParameterBinder(trigger, triggers[0]);
        return new FunctionDescriptor
        {
            Name = name,
            Method = method,
            Trigger = trigger,
            TriggerParameter = triggers[0],
            Parameters = [.. method.GetParameters().Select(binder.SourceOf)],
            Call = call,
            Outputs = outputs,
            Retry = retry,
            Definition = new LocalFunctionDefinition(name, method, outputs),
        };
    }
}
