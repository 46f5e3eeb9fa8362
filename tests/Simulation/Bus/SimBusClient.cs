using Marquee.Simulation.Net;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.Bus;

/// <summary>A process's client of the bus: the calls go over its link, and end with its life.</summary>
internal sealed class SimBusClient(SimBus bus, Link link, Crash? caller, TimeProvider time) : ServiceBusClient
{
    /// <summary>As the modules' clients are set: what takes longer is a failure.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(10);

    public override bool IsClosed => false;

    public override ServiceBusSender CreateSender(string queueOrTopicName) => new SimSender(this, queueOrTopicName);

    /// <summary>A PoP's subscription to its commands, <c>pop-{pop}</c>.</summary>
    public override ServiceBusReceiver CreateReceiver(string topicName, string subscriptionName) => new SimReceiver(this, subscriptionName["pop-".Length..]);

    private async Task<T> CallAsync<T>(Func<T> serve, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TryTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await link.CallAsync(() => Task.FromResult(serve()), caller, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceBusException("No answer.", ServiceBusFailureReason.ServiceTimeout);
        }
    }

    private sealed class SimSender(SimBusClient client, string topic) : ServiceBusSender
    {
        private readonly Dictionary<ServiceBusMessageBatch, List<ServiceBusMessage>> _batches = new(ReferenceEqualityComparer.Instance);

        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) => SendAsync([message], cancellationToken);

        public override Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default) =>
            SendAsync([.. messages], cancellationToken);

        public override Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default) =>
            _batches.Remove(messageBatch, out var messages) ? SendAsync(messages, cancellationToken) : throw new InvalidOperationException("Not this sender's batch.");

        public override ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default)
        {
            var messages = new List<ServiceBusMessage>();
            var batch = ServiceBusModelFactory.ServiceBusMessageBatch(0, messages);
            _batches.Add(batch, messages);
            return ValueTask.FromResult(batch);
        }

        public override Task CloseAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        private Task<bool> SendAsync(List<ServiceBusMessage> messages, CancellationToken cancellationToken) => client.CallAsync(
            () =>
            {
                if (topic == "edge-events") client.Bus.SendFacts(messages);
                else messages.ForEach(client.Bus.SendCommand);
                return true;
            },
            cancellationToken);
    }

    private SimBus Bus => bus;

    private sealed class SimReceiver(SimBusClient client, string pop) : ServiceBusReceiver
    {
        private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

        public override async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
            int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
        {
            var started = client.Time.GetTimestamp();
            while (true)
            {
                var messages = await client.CallAsync(() => client.Bus.TakeCommands(pop, maxMessages), cancellationToken).ConfigureAwait(false);
                if (messages.Count > 0 || client.Time.GetElapsedTime(started) >= maxWaitTime) return messages;
                await Task.Delay(Look, client.Time, cancellationToken).ConfigureAwait(false);
            }
        }

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
            SettleAsync(message, null, cancellationToken);

        public override Task AbandonMessageAsync(
            ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
            client.CallAsync(
                () =>
                {
                    client.Bus.AbandonCommand(pop, message);
                    return true;
                },
                cancellationToken);

        public override Task DeadLetterMessageAsync(
            ServiceBusReceivedMessage message, string deadLetterReason, string? deadLetterErrorDescription = null, CancellationToken cancellationToken = default) =>
            SettleAsync(message, deadLetterReason, cancellationToken);

        public override Task CloseAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        private Task<bool> SettleAsync(ServiceBusReceivedMessage message, string? reason, CancellationToken cancellationToken) => client.CallAsync(
            () =>
            {
                client.Bus.SettleCommand(pop, message, reason);
                return true;
            },
            cancellationToken);
    }

    private TimeProvider Time => time;
}
