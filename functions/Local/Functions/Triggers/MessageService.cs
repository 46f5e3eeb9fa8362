using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Indexing;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.ServiceBus;
using Marquee.Local.ServiceBus.Pumps;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.Local.Functions.Triggers;

/// <summary>Runs all Service Bus functions: a pump each.</summary>
internal sealed partial class MessageService : IHostedService, IAsyncDisposable
{
    private readonly List<MessagePump> _messagePumps = [];
    private readonly List<SessionPump> _sessionPumps = [];
    private readonly ServiceBusSettings _settings;
    private readonly FunctionInvoker _invoker;
    private readonly ILogger<MessageService> _log;

    /// <exception cref="FunctionWorkerException">A connection or another setting is missing; the message names the function.</exception>
    public MessageService(
        FunctionCatalog catalog,
        BindingExpressions expressions,
        ServiceBusClients clients,
        HostSettings settings,
        FunctionInvoker invoker,
        ILogger<MessageService> log)
    {
        _settings = settings.ServiceBus;
        _invoker = invoker;
        _log = log;
        var errors = new List<string>();
        foreach (var (function, trigger) in catalog.WithTrigger<ServiceBusTriggerAttribute>())
            Try(function, () => Add(function, trigger, clients.Client(trigger.Connection), EntityPath(trigger, expressions)));
        foreach (var function in catalog.Functions)
        {
            foreach (var output in function.Outputs.Outputs)
                Try(function, () => clients.Sender(output.Attribute.Connection, expressions.Resolve(output.Attribute.QueueOrTopicName)));
        }

        if (errors.Count > 0)
            throw new FunctionWorkerException(string.Join(Environment.NewLine, errors.Distinct()));

        void Try(FunctionDescriptor function, Action add)
        {
            try
            {
                add();
            }
            catch (Exception e) when (e is FunctionWorkerException or FormatException or ArgumentException)
            {
                errors.Add($"Function '{function.Name}': {e.Message.TrimEnd('.')}.");
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _messagePumps.ForEach(pump => pump.Start());
        _sessionPumps.ForEach(pump => pump.Start());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _messagePumps.Select(pump => pump.StopAsync(cancellationToken))
            .Concat(_sessionPumps.Select(pump => pump.StopAsync(cancellationToken))));

    public async ValueTask DisposeAsync()
    {
        foreach (var pump in _messagePumps)
            await pump.DisposeAsync();
        foreach (var pump in _sessionPumps)
            await pump.DisposeAsync();
    }

    private static string EntityPath(ServiceBusTriggerAttribute trigger, BindingExpressions expressions) => trigger.QueueName is { } queue
        ? expressions.Resolve(queue)
        : ServiceBus.Wire.EntityName.Subscription(expressions.Resolve(trigger.TopicName!), expressions.Resolve(trigger.SubscriptionName!));

    /// <summary>The attribute's word when it was written, host.json's otherwise; an attribute cannot say "unsaid".</summary>
    private bool AutoComplete(FunctionDescriptor function) => function.TriggerParameter.GetCustomAttributesData()
        .Where(a => a.AttributeType == typeof(ServiceBusTriggerAttribute))
        .SelectMany(a => a.NamedArguments)
        .Where(a => a.MemberName == nameof(ServiceBusTriggerAttribute.AutoCompleteMessages))
        .Select(a => (bool)a.TypedValue.Value!)
        .DefaultIfEmpty(_settings.AutoCompleteMessages)
        .First();

    private void Add(FunctionDescriptor function, ServiceBusTriggerAttribute trigger, ServiceBusClient client, string entityPath)
    {
        var autoComplete = AutoComplete(function);
        var batch = trigger.IsBatched ? _settings.MaxMessageBatchSize : 1;
        Task Handle(PumpDelivery delivery, CancellationToken cancellation) => HandleAsync(function, delivery, autoComplete, cancellation);
        Task Report(PumpError error)
        {
            // A function's own failure is logged by its invocation, with its id.
            if (error.Source != ServiceBusErrorSource.ProcessMessageCallback)
                PumpFailed(_log, error.Exception, function.Name, error.Source, error.EntityPath);
            return Task.CompletedTask;
        }

        if (trigger.IsSessionsEnabled)
        {
            _sessionPumps.Add(new SessionPump(client, entityPath, new SessionPumpOptions
            {
                MaxConcurrentSessions = _settings.MaxConcurrentSessions,
                MaxMessageBatchSize = batch,
                PrefetchCount = _settings.PrefetchCount,
                SessionIdleTimeout = _settings.SessionIdleTimeout,
                MaxAutoLockRenewalDuration = _settings.MaxAutoLockRenewalDuration,
            }, Handle, Report));
        }
        else
        {
            _messagePumps.Add(new MessagePump(client, entityPath, new MessagePumpOptions
            {
                MaxConcurrentCalls = _settings.MaxConcurrentCalls,
                MaxMessageBatchSize = batch,
                PrefetchCount = _settings.PrefetchCount,
                MaxAutoLockRenewalDuration = _settings.MaxAutoLockRenewalDuration,
            }, Handle, Report));
        }
    }

    private async Task HandleAsync(FunctionDescriptor function, PumpDelivery delivery, bool autoComplete, CancellationToken cancellation)
    {
        var actions = new ReceiverMessageActions(delivery.Receiver);
        var session = delivery.Receiver is ServiceBusSessionReceiver receiver ? new ReceiverSessionActions(receiver) : null;
        var handed = new MessageDelivery(delivery.Messages, actions, session);
        await _invoker.InvokeAsync(function, new TriggerEvent(handed) { Data = handed.Data() }, cancellation);
        if (autoComplete)
        {
            foreach (var message in delivery.Messages.Where(message => !actions.IsSettled(message)))
                await delivery.Receiver.CompleteMessageAsync(message, cancellation);
        }

        delivery.ReleaseSession = session?.ReleaseRequested == true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function}: the pump of {EntityPath} failed at {Source} and goes on")]
    private static partial void PumpFailed(ILogger log, Exception error, string function, ServiceBusErrorSource source, string entityPath);
}
