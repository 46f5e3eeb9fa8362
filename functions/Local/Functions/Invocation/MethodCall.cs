using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions.Invocation;

/// <summary>Calls a function's method on a fresh instance made by the container, and waits for what it returns.</summary>
internal sealed class MethodCall
{
    private readonly MethodInvoker _invoker;
    private readonly ObjectFactory? _instances;
    private readonly MethodInfo? _asTask;
    private readonly PropertyInfo? _taskResult;

    public MethodCall(MethodInfo method)
    {
        _invoker = MethodInvoker.Create(method);
        _instances = method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
        var returned = method.ReturnType;
        if (returned == typeof(void) || returned == typeof(Task) || returned == typeof(ValueTask))
        {
            ResultType = typeof(void);
        }
        else if (returned.IsGenericType && returned.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>)))
        {
            ResultType = returned.GetGenericArguments()[0];
            _asTask = open == typeof(ValueTask<>) ? returned.GetMethod(nameof(ValueTask<>.AsTask)) : null;
            _taskResult = typeof(Task<>).MakeGenericType(ResultType).GetProperty(nameof(Task<>.Result));
        }
        else
        {
            ResultType = returned;
        }
    }

    /// <summary>What the method returns once awaited; <see cref="Void"/> for nothing.</summary>
    public Type ResultType { get; }

    /// <remarks>Stays on the caller's synchronization context: an orchestrator's code may run nowhere else.</remarks>
    public async Task<object?> RunAsync(IServiceProvider services, object?[] arguments)
    {
        var instance = _instances?.Invoke(services, []);
        var returned = _invoker.Invoke(instance, arguments.AsSpan());
        switch (returned)
        {
            case ValueTask valueTask:
                await valueTask;
                return null;
            case not null when _asTask is not null:
                returned = _asTask.Invoke(returned, null);
                break;
        }

        if (returned is not Task task)
            return returned;
        await task;
        return _taskResult?.GetValue(task);
    }
}
