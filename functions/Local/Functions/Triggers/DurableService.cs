using System.Reflection;
using Marquee.Local.Durable.Engine;
using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Indexing;
using Marquee.Local.Functions.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Functions.Triggers;

/// <summary>Makes orchestrators and activities known to the engine, and starts and stops it. An app without any has no engine.</summary>
internal sealed partial class DurableService : IHostedService
{
    private readonly FunctionInvoker _invoker;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger _log;
    private readonly DurableEngine? _engine;

    /// <exception cref="FunctionWorkerException">Two functions claim one orchestration or activity; a client names another hub.</exception>
    public DurableService(
        IServiceProvider services,
        FunctionCatalog catalog,
        FunctionInvoker invoker,
        HostSettings settings,
        BindingExpressions expressions,
        IHostApplicationLifetime lifetime,
        ILogger<DurableService> log)
    {
        (_invoker, _lifetime, _log) = (invoker, lifetime, log);
        if (!catalog.Functions.Any(f => f.Trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute || Clients(f).Any()))
            return;
        var hub = expressions.Resolve(settings.DurableTask.HubName);
        var errors = (
            from function in catalog.Functions
            from client in Clients(function)
            where client.TaskHub is not null && !string.Equals(client.TaskHub, hub, StringComparison.OrdinalIgnoreCase)
            select $"Function '{function.Name}': the task hub '{client.TaskHub}' is not this host's '{hub}'.").ToList();
        if (errors.Count > 0)
            throw new FunctionWorkerException(string.Join(Environment.NewLine, errors));

        var engine = _engine = services.GetRequiredService<DurableEngine>();
        foreach (var (function, trigger) in catalog.WithTrigger<OrchestrationTriggerAttribute>())
        {
            Try(function, () => engine.RegisterOrchestrator(
                trigger.Orchestration ?? function.Name, context => ReplayAsync(function, context)));
        }

        foreach (var (function, trigger) in catalog.WithTrigger<ActivityTriggerAttribute>())
        {
            Try(function, () => engine.RegisterActivity(
                trigger.Activity ?? function.Name, (context, input, stopping) => CallAsync(engine, function, context, input, stopping)));
        }

        if (errors.Count > 0)
            throw new FunctionWorkerException(string.Join(Environment.NewLine, errors));

        void Try(FunctionDescriptor function, Action register)
        {
            try
            {
                register();
            }
            catch (InvalidOperationException e)
            {
                errors.Add($"Function '{function.Name}': {e.Message.TrimEnd('.')}.");
            }
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_engine is null)
            return;
        await _engine.StartAsync(cancellationToken);
        _ = StopWhenFailedAsync(_engine.Failure);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _engine?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>An engine whose store has failed does nothing any more: the host stops, and its supervisor starts it again on what the file holds.</summary>
    private async Task StopWhenFailedAsync(Task<Exception> failure)
    {
        var error = await failure;
        EngineFailed(_log, error);
        _lifetime.StopApplication();
    }

    private static IEnumerable<DurableClientAttribute> Clients(FunctionDescriptor function) =>
        function.Method.GetParameters().SelectMany(p => p.GetCustomAttributes<DurableClientAttribute>());

    private Task<object?> ReplayAsync(FunctionDescriptor function, Durable.TaskOrchestrationContext context) =>
        _invoker.ReplayAsync(function, new TriggerEvent(context), context.InstanceId);

    private Task<object?> CallAsync(
        DurableEngine engine, FunctionDescriptor function, Durable.TaskActivityContext context, string? input, CancellationToken stopping)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { [ActivityInputs.InstanceId] = context.InstanceId };
        var call = new ActivityCall(context, input, engine.Converter);
        return _invoker.InvokeAsync(function, new TriggerEvent(call) { Data = data }, stopping);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The orchestrations' store has failed, so the host stops")]
    private static partial void EngineFailed(ILogger log, Exception error);
}
